package dev.skep.kernel.info;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct bpf_link_info}.
 *
 * @param typeNumber the kind's number
 * @param programId 0 for struct_ops
 * @param details the kind's own part by the kernel's field names: {@link Long} or {@link String};
 *     {@code attach_type} as its name
 */
public record LinkInfo(int id, int typeNumber, int programId, Map<String, Object> details) {

  public LinkInfo {
    details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
  }

  /** The kind, or null if skep does not know the number. */
  public @Nullable LinkType type() {
    return LinkType.ofNumber(typeNumber);
  }
}
