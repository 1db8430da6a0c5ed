package dev.skep.kernel;

import dev.skep.kernel.info.InfoReader;
import dev.skep.kernel.sys.Block;
import dev.skep.kernel.sys.BpfInfo;
import dev.skep.kernel.sys.Fd;
import java.lang.foreign.Arena;

/** Delegated rights (Linux 6.9); see {@link Kernel#createToken}. */
public final class KernelToken extends KernelResource {

  KernelToken(Kernel kernel, Fd fd) {
    super(kernel, fd);
  }

  /** What it allows, as bit masks by number (Linux 6.17). */
  public Rights rights() {
    try (Arena arena = Arena.ofConfined()) {
      Block info = InfoReader.fill(fd(), arena, Block.of(arena, BpfInfo.TOKEN));
      return new Rights(
          info.get("allowed_cmds"),
          info.get("allowed_maps"),
          info.get("allowed_progs"),
          info.get("allowed_attachs"));
    }
  }

  /** One bit for each command, map type, program type and attach type. */
  public record Rights(long commands, long mapTypes, long programTypes, long attachTypes) {}
}
