package dev.skep.assembler;

import dev.skep.catalog.MapDemand;
import dev.skep.catalog.MapFlag;
import dev.skep.catalog.MapRefusal;
import dev.skep.catalog.MapShape;
import dev.skep.catalog.MapType;
import java.util.Locale;

/** Why the kernel will not create a map, in the words of {@code .map}. */
final class MapWords {

  private MapWords() {}

  /** The way a flag is written in {@code flags=}, such as {@code no_prealloc}. */
  static String name(MapFlag flag) {
    return flag.name().toLowerCase(Locale.ROOT);
  }

  static String of(MapRefusal refusal) {
    MapShape shape = refusal.shape();
    return switch (refusal.unmet()) {
      case MapDemand.Key key -> key(shape, key);
      case MapDemand.Value value when shape.valueSize() == 0 -> "it has no value size";
      case MapDemand.Value value when isRing(shape) -> "a ring buffer has neither key nor value";
      case MapDemand.Value value when value.sizes().largest() == 4 ->
          "its value is a descriptor of 4 bytes";
      case MapDemand.Entries entries when entries.sizes().largest() == 0 ->
          "a storage has no entries of its own";
      case MapDemand.Entries entries when isRing(shape) ->
          "its entries are bytes, a power of two of pages";
      case MapDemand.Entries entries when shape.maxEntries() == 0 -> "it has no entries";
      case MapDemand.Needs needs -> "its type wants flags=" + name(needs.flag());
      case MapDemand.Types types ->
          "its key and value want types, as in key=int value=u64, not sizes";
      case MapDemand.Inner inner ->
          "the shape of its inner maps is not known; name one of them with inner=";
      case MapDemand.Value value -> needs(refusal);
      case MapDemand.Entries entries -> needs(refusal);
      case MapDemand.Element element -> needs(refusal);
      case MapDemand.Frames frames -> needs(refusal);
      case MapDemand.Flags flags -> needs(refusal);
      case MapDemand.Lacks flag -> needs(refusal);
      case MapDemand.NotBoth flags -> needs(refusal);
      case MapDemand.Extra extra -> needs(refusal);
      case MapDemand.Window window -> needs(refusal);
      case MapDemand.KernelType type -> needs(refusal);
      case MapDemand.KnownType type -> needs(refusal);
      case MapDemand.FlatInner inner -> needs(refusal);
      case MapDemand.InnerType inner -> needs(refusal);
    };
  }

  private static String key(MapShape shape, MapDemand.Key key) {
    if (isRing(shape)) {
      return "a ring buffer has neither key nor value";
    }
    if (key.sizes().largest() == 0) {
      return "its type has no key";
    }
    if (key.sizes().largest() == 4) {
      return shape.type().structName().equals("bpf_local_storage_map")
          ? "its key is a descriptor of 4 bytes"
          : "its key is an index of 4 bytes";
    }
    if (shape.type() == MapType.LPM_TRIE && shape.keySize() < 5) {
      return "its key is a prefix length of 4 bytes and at least one byte more";
    }
    return shape.keySize() == 0 ? "it has no key size" : needs(new MapRefusal(shape, key));
  }

  private static boolean isRing(MapShape shape) {
    return shape.type() == MapType.RINGBUF || shape.type() == MapType.USER_RINGBUF;
  }

  private static String needs(MapRefusal refusal) {
    String given = refusal.unmet().given(refusal.shape());
    return "it needs " + refusal.unmet().wanted() + (given.isEmpty() ? "" : ", not " + given);
  }
}
