package dev.skep.btf;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A hash table from names to type ids over the encoded strings: two ints per type, no objects.
 *
 * <p>Equal names chain in ascending order of ids, because the table is filled from the highest.
 * Names with a flavour are few and are found through a second list.
 */
final class NameIndex {

  private final ParsedBtf btf;
  private final int[] heads;
  private final int[] next;
  private final int[] flavoured;

  NameIndex(ParsedBtf btf) {
    this.btf = btf;
    int count = btf.ownTypeCount();
    heads = new int[Integer.highestOneBit(Math.max(count, 1)) * 2];
    Arrays.fill(heads, -1);
    next = new int[count];
    int[] withFlavour = new int[16];
    int flavours = 0;
    for (int i = count - 1; i >= 0; i--) {
      int name = btf.nameOffset(i);
      next[i] = -1;
      if (name == 0) {
        continue;
      }
      long hashed = hash(btf.stringBytes(name), btf.stringStart(name));
      int slot = (int) hashed & (heads.length - 1);
      next[i] = heads[slot];
      heads[slot] = i;
      if (hashed < 0) {
        if (flavours == withFlavour.length) {
          withFlavour = Arrays.copyOf(withFlavour, flavours * 2);
        }
        withFlavour[flavours++] = i;
      }
    }
    flavoured = Arrays.copyOf(withFlavour, flavours);
  }

  /** The hash of a zero-terminated name; negative if it has three underscores in a row. */
  private static long hash(byte[] bytes, int start) {
    int hash = 0;
    int underscores = 0;
    long flavour = 0;
    for (int i = start; bytes[i] != 0; i++) {
      hash = hash * 31 + bytes[i];
      underscores = bytes[i] == '_' ? underscores + 1 : 0;
      if (underscores == 3) {
        flavour = Long.MIN_VALUE;
      }
    }
    return flavour | (spread(hash) & 0x7fff_ffffL);
  }

  private static int spread(int hash) {
    hash *= 0x9e3779b9;
    return hash ^ hash >>> 15;
  }

  List<Integer> idsNamed(String name) {
    var ids = new ArrayList<Integer>();
    byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
    if (wanted.length == 0) {
      return ids;
    }
    int hash = 0;
    for (byte b : wanted) {
      hash = hash * 31 + b;
    }
    for (int i = heads[spread(hash) & (heads.length - 1)]; i >= 0; i = next[i]) {
      int offset = btf.nameOffset(i);
      if (matches(btf.stringBytes(offset), btf.stringStart(offset), wanted)) {
        ids.add(btf.firstOwnId() + i);
      }
    }
    return ids;
  }

  List<Integer> idsWithEssentialName(String essentialName) {
    List<Integer> ids = idsNamed(essentialName);
    if (!Btf.essentialName(essentialName).equals(essentialName)) {
      ids.clear();
    }
    boolean found = false;
    for (int i : flavoured) {
      int id = btf.firstOwnId() + i;
      String name = btf.type(id).name();
      if (name.length() != essentialName.length()
          && Btf.essentialName(name).equals(essentialName)) {
        ids.add(id);
        found = true;
      }
    }
    if (found) {
      ids.sort(null);
    }
    return ids;
  }

  private static boolean matches(byte[] bytes, int start, byte[] wanted) {
    for (int i = 0; i < wanted.length; i++) {
      if (bytes[start + i] == 0 || bytes[start + i] != wanted[i]) {
        return false;
      }
    }
    return bytes[start + wanted.length] == 0;
  }
}
