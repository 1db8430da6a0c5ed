package dev.skep.cli.kernel;

import dev.skep.catalog.Errno;
import dev.skep.cli.exit.CommandFailure;
import dev.skep.kernel.Kernel;
import dev.skep.kernel.KernelMap;
import dev.skep.kernel.KernelProgram;
import dev.skep.kernel.KernelResource;
import dev.skep.kernel.error.KernelCallException;
import dev.skep.kernel.info.ObjectKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Objects by {@code id}, {@code pinned}, {@code name} or {@code tag}. */
final class References {

  private References() {}

  /** The one program that the words name. */
  static KernelProgram program(Kernel kernel, Words words) {
    List<KernelProgram> found = programs(kernel, words);
    return only(found, "program");
  }

  /** The one map that the words name. */
  static KernelMap map(Kernel kernel, Words words) {
    return only(maps(kernel, words), "map");
  }

  static List<KernelProgram> programs(Kernel kernel, Words words) {
    if (words.take("id")) {
      return List.of(kernel.programById(words.integer("the program's id")));
    }
    if (words.take("pinned")) {
      return List.of(pinned(kernel, words, KernelProgram.class, "program"));
    }
    if (words.take("name")) {
      String name = words.next("the program's name");
      return found(allPrograms(kernel, p -> p.info().name().equals(cut(name))), "program", name);
    }
    if (words.take("tag")) {
      String tag = words.next("the program's tag");
      return found(allPrograms(kernel, p -> p.info().tag().toString().equals(tag)), "program", tag);
    }
    throw CommandFailure.usage("expected id ID, pinned PATH, name NAME or tag TAG of a program");
  }

  static List<KernelMap> maps(Kernel kernel, Words words) {
    if (words.take("id")) {
      return List.of(kernel.mapById(words.integer("the map's id")));
    }
    if (words.take("pinned")) {
      return List.of(pinned(kernel, words, KernelMap.class, "map"));
    }
    if (words.take("name")) {
      String name = words.next("the map's name");
      return found(allMaps(kernel, m -> m.name().equals(cut(name))), "map", name);
    }
    throw CommandFailure.usage("expected id ID, pinned PATH or name NAME of a map");
  }

  static <T extends KernelResource> T pinned(
      Kernel kernel, Words words, Class<T> type, String what) {
    Path path = Path.of(words.next("the path of a pin"));
    KernelResource resource = kernel.pinned(path);
    if (!type.isInstance(resource)) {
      resource.close();
      throw CommandFailure.unreadable(path + ": what is pinned there is no " + what);
    }
    return type.cast(resource);
  }

  /** All programs, those that go away meanwhile left out. */
  static List<KernelProgram> allPrograms(Kernel kernel, Predicate<KernelProgram> wanted) {
    var all = new ArrayList<KernelProgram>();
    for (int id : kernel.ids(ObjectKind.PROGRAM)) {
      try {
        KernelProgram program = kernel.programById(id);
        keep(program, wanted.test(program), all);
      } catch (KernelCallException e) {
        ignoreGone(e);
      }
    }
    return all;
  }

  static List<KernelMap> allMaps(Kernel kernel, Predicate<KernelMap> wanted) {
    var all = new ArrayList<KernelMap>();
    for (int id : kernel.ids(ObjectKind.MAP)) {
      try {
        KernelMap map = kernel.mapById(id);
        keep(map, wanted.test(map), all);
      } catch (KernelCallException e) {
        ignoreGone(e);
      }
    }
    return all;
  }

  private static <T extends KernelResource> void keep(T resource, boolean wanted, List<T> into) {
    if (wanted) {
      into.add(resource);
    } else {
      resource.close();
    }
  }

  static void ignoreGone(KernelCallException e) {
    if (e.errno() != Errno.ENOENT) {
      throw e;
    }
  }

  private static <T> List<T> found(List<T> all, String what, String name) {
    if (all.isEmpty()) {
      throw CommandFailure.unreadable("the kernel has no " + what + " '" + name + "'");
    }
    return all;
  }

  private static <T> T only(List<T> all, String what) {
    if (all.size() != 1) {
      throw CommandFailure.unreadable(
          "%d %ss have this name; say which by its id".formatted(all.size(), what));
    }
    return all.getFirst();
  }

  private static String cut(String name) {
    return name.length() <= 15 ? name : name.substring(0, 15);
  }
}
