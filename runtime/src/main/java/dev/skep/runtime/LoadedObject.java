package dev.skep.runtime;

import dev.skep.object.BpfObject;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.map.MapOfMaps;
import dev.skep.runtime.map.ProgArray;
import dev.skep.runtime.memory.LittleEndian;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An object on a machine, as libbpf would have loaded it: maps created, program arrays and maps of
 * maps filled as their declarations say, programs prepared when they are first asked for.
 */
public final class LoadedObject {

  private final BpfObject object;
  private final Machine machine;
  private final Engine engine;
  private final Map<String, Executable> prepared = new LinkedHashMap<>();

  private LoadedObject(BpfObject object, Machine machine, Engine engine) {
    this.object = object;
    this.machine = machine;
    this.engine = engine;
  }

  /** Loads an object; nothing is prepared or created before it is needed. */
  public static LoadedObject load(BpfObject object, Machine machine, Engine engine) {
    return new LoadedObject(object, machine, engine);
  }

  /** Where it is loaded. */
  public Machine machine() {
    return machine;
  }

  /**
   * A program, ready to run, with the programs that it can tail-call.
   *
   * @throws PrepareException if it cannot run on this machine
   * @throws IllegalArgumentException if the object has no program of that name
   */
  public synchronized Executable program(String name) {
    Executable there = prepared.get(name);
    if (there != null) {
      return there;
    }
    ProgramSpec spec =
        object
            .program(name)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the object has no program '%s'; it has %s"
                            .formatted(
                                name, object.programs().stream().map(ProgramSpec::name).toList())));
    Executable executable = engine.prepare(spec, machine);
    prepared.put(name, executable);
    for (MapSpec map : spec.maps()) {
      fill(map);
    }
    return executable;
  }

  private void fill(MapSpec spec) {
    BpfMap map = machine.map(spec);
    spec.initialSlots()
        .forEach(
            (slot, target) -> {
              if (map instanceof ProgArray programs) {
                if (object.program(target).isPresent()) {
                  programs.set(slot, program(target));
                }
              } else if (map instanceof MapOfMaps outer) {
                byte[] key = new byte[Math.max(outer.keySize(), 4)];
                LittleEndian.INT.set(key, 0, slot);
                object.map(target).ifPresent(inner -> outer.set(key, machine.map(inner)));
              }
            });
  }
}
