package dev.skep.verifier.explain;

import dev.skep.catalog.Helpers;
import dev.skep.catalog.MapType;
import dev.skep.isa.Names;
import dev.skep.object.ProgramSpec;
import org.jspecify.annotations.Nullable;

/**
 * What the log calls helpers, kernel functions and addresses.
 *
 * @param privileged whether the loader may see addresses
 */
public record LogNames(ProgramSpec program, boolean privileged) implements Names {

  @Override
  public @Nullable String helper(int id) {
    var prototype = Helpers.byId(id);
    if (prototype == null) {
      return id == 0 ? "bpf_unspec" : null;
    }
    return prototype.kernelName();
  }

  @Override
  public @Nullable String wide(int pc, int kind, long value) {
    if (!privileged && (kind == 1 || kind == 2)) {
      return "0x0"; // no addresses for everyone
    }
    // The kernel prints the address that it put there; ours is made up, but of the same form.
    return switch (kind) {
      case 1, 5 -> "0xffff8880%08x".formatted(((value & 0xffff) + 1) << 12);
      case 2, 6 ->
          isArena(value)
              ? "0x%x".formatted(arenaAddress(value))
              : "0xffffc900%08x".formatted((((value & 0xffff) + 1) << 16) + (value >>> 32));
      // Linux has put the address of the kernel's symbol there.
      case 3 -> "0xffffffff8%07x".formatted(value & 0xffffff);
      default -> null;
    };
  }

  private boolean isArena(long value) {
    int map = (int) value;
    return map >= 0
        && map < program.maps().size()
        && program.maps().get(map).type() == MapType.ARENA;
  }

  // Where user space sees the arena: that is what programs get, too.
  private long arenaAddress(long value) {
    return program.maps().get((int) value).extra() + (value >>> 32);
  }

  @Override
  public @Nullable String kfunc(int pc, int btfId, int module) {
    String name = program.kfuncs().get(pc);
    return name == null && btfId == 0 ? "" : name;
  }
}
