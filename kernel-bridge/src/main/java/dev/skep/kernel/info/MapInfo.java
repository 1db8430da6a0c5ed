package dev.skep.kernel.info;

import dev.skep.catalog.MapType;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct bpf_map_info}.
 *
 * @param typeNumber the map type's number
 * @param btfVmlinuxValueTypeId of a struct_ops map, otherwise 0
 * @param btfVmlinuxId the kernel's or module's BTF object that it is in (Linux 6.9)
 */
public record MapInfo(
    int id,
    int typeNumber,
    String name,
    int keySize,
    int valueSize,
    int maxEntries,
    int flags,
    int ifindex,
    long netnsDev,
    long netnsIno,
    int btfId,
    int btfKeyTypeId,
    int btfValueTypeId,
    int btfVmlinuxValueTypeId,
    int btfVmlinuxId,
    long extra) {

  /** The map type, or null if skep does not know the number. */
  public @Nullable MapType type() {
    return MapType.ofNumber(typeNumber);
  }
}
