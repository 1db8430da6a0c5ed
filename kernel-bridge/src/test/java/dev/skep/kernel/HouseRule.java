package dev.skep.kernel;

import dev.skep.catalog.Errno;
import dev.skep.object.Gate;
import dev.skep.object.Profile;
import dev.skep.object.ProgramSpec;
import dev.skep.object.diagnostic.Diagnostic;
import dev.skep.object.diagnostic.Location;

/** A gate as a house may have one: it refuses programs of a name. */
public final class HouseRule implements Gate {

  static final String FORBIDDEN = "forbidden";

  /** For the service loader. */
  public HouseRule() {}

  @Override
  public String name() {
    return "the house";
  }

  @Override
  public Answer judge(ProgramSpec program, Profile kernel, int logLevel) {
    return program.name().equals(FORBIDDEN)
        ? new Rejected(
            Errno.EPERM,
            "no such name",
            "",
            Diagnostic.error("house/name", Location.NOWHERE, "no such name"))
        : new Passed();
  }
}
