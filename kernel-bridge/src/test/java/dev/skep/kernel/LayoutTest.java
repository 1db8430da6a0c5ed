package dev.skep.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.btf.Btf;
import dev.skep.btf.Btf.MemberPlace;
import dev.skep.btf.BtfType;
import dev.skep.catalog.KernelVersion;
import dev.skep.kernel.call.BpfCommand;
import dev.skep.kernel.call.Host;
import dev.skep.kernel.sys.BpfAttr;
import dev.skep.kernel.sys.BpfInfo;
import dev.skep.kernel.sys.CStruct;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every described structure against the running kernel's own types. */
@KernelTest
class LayoutTest {

  private static final Btf KERNEL =
      dev.skep.btf.BtfReader.runningKernel().orElseThrow(AssertionError::new);

  static List<CStruct> layouts() throws IllegalAccessException {
    var all = new ArrayList<CStruct>();
    for (Class<?> holder : List.of(BpfAttr.class, BpfInfo.class)) {
      for (Field f : holder.getFields()) {
        all.add((CStruct) f.get(null));
      }
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void eachFieldLiesWhereTheKernelHasIt(CStruct layout) {
    String[] path = layout.name().replaceAll("\\(.*\\)", "").split("\\.");
    KernelVersion oldest = layout.fields().getFirst().since();
    org.junit.jupiter.api.Assumptions.assumeTrue(
        Host.version().compareTo(oldest) >= 0, layout.name() + " came with Linux " + oldest);
    int root =
        path[0].equals("bpf_attr")
            ? KERNEL.findUnion(path[0]).orElseThrow()
            : KERNEL.findStruct(path[0]).orElseThrow();
    for (CStruct.Field field : layout.fields()) {
      if (KernelVersion.parse(Host.release()).compareTo(field.since()) < 0
          || field.name().equals("part")) {
        continue;
      }
      // The kernel has two fields of this name one inside the other; ours are told apart.
      String name = field.name().replaceAll("_(multi|netfilter)$", "");
      name = name.equals("perf_type") || name.equals("event_type") ? "type" : name;
      List<Place> places = find(root, path, name);
      assertTrue(
          places.contains(new Place(field.offset(), field.size())),
          () -> layout.name() + "." + field + " is at " + places);
    }
  }

  private record Place(long offset, long size) {}

  /**
   * Fields of a name, in the members that the path leads through and the anonymous ones in them.
   */
  private static List<Place> find(int root, String[] path, String name) {
    var found = new ArrayList<Place>();
    collect(root, 0, 1, path, name, found);
    return found;
  }

  private static void collect(
      int type, long base, int depth, String[] path, String name, List<Place> found) {
    if (!(KERNEL.resolved(type) instanceof BtfType.Struct struct)) {
      return;
    }
    for (BtfType.Member m : struct.members()) {
      long offset = base + m.bitOffset() / 8;
      if (m.name().equals(name)) {
        // A bit field stands for its word.
        long size = m.bitSize() > 0 ? 4 : KERNEL.sizeOf(m.type());
        found.add(new Place(offset, size));
      }
      if (m.name().isEmpty()) {
        collect(m.type(), offset, depth, path, name, found);
      } else if (depth < path.length && m.name().equals(path[depth])) {
        collect(m.type(), offset, depth + 1, path, name, found);
      }
    }
  }

  /** On the newest kernel skep knows, nothing of bpf_attr is left out. */
  @Test
  void everyFieldOfTheNewestKernelIsDescribed() throws IllegalAccessException {
    if (!Host.version().series().equals(KernelVersion.NEWEST)) {
      return;
    }
    var described = new TreeSet<String>();
    for (CStruct layout : layouts()) {
      for (CStruct.Field f : layout.fields()) {
        described.add(f.name().replaceAll("_(multi|netfilter)$", ""));
      }
    }
    described.add("type");
    var missing = new TreeSet<String>();
    Stream.of("bpf_prog_info", "bpf_map_info", "bpf_btf_info", "bpf_link_info", "bpf_token_info")
        .forEach(name -> names(KERNEL.findStruct(name).orElseThrow(), missing));
    names(KERNEL.findUnion("bpf_attr").orElseThrow(), missing);
    missing.removeAll(described);
    assertEquals(new TreeSet<String>(), missing);
  }

  private static void names(int type, Set<String> into) {
    if (!(KERNEL.resolved(type) instanceof BtfType.Struct struct)) {
      return;
    }
    for (BtfType.Member m : struct.members()) {
      boolean nested = KERNEL.resolved(m.type()) instanceof BtfType.Struct;
      if (nested) {
        names(m.type(), into);
      } else if (!m.name().isEmpty()) {
        into.add(m.name());
      }
    }
  }

  @Test
  void commandsHaveTheKernelsNumbers() {
    int id = KERNEL.findEnum("bpf_cmd").orElseThrow();
    var values = ((BtfType.Enum) KERNEL.type(id)).values();
    for (BpfCommand command : BpfCommand.values()) {
      var match = values.stream().filter(v -> v.name().equals(command.uapiName())).findFirst();
      match.ifPresent(v -> assertEquals(v.value(), command.number()));
      if (Host.version().compareTo(command.since()) >= 0) {
        assertTrue(match.isPresent(), command.uapiName());
      }
    }
  }

  @Test
  void aDescriptionThatCannotBeReadIsAFault() {
    MemberPlace place = KERNEL.findMember(KERNEL.findUnion("bpf_attr").orElseThrow(), "insn_cnt");
    assertNotNull(place);
    assertEquals(place.byteOffset(), BpfAttr.PROG_LOAD.field("insn_cnt").offset());
    org.junit.jupiter.api.Assertions.assertThrows(
        IllegalArgumentException.class, () -> CStruct.of("x", "int y"));
  }
}
