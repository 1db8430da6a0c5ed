package dev.skep.kernel.call;

import dev.skep.catalog.Behaviour;
import dev.skep.catalog.Errno;
import dev.skep.catalog.KernelVersion;
import dev.skep.kernel.sys.Block;
import dev.skep.kernel.sys.CStruct;
import java.util.ArrayList;
import java.util.List;

/** What an error of bpf(2) means for its command, for a tired engineer. */
public final class ErrorGuide {

  private ErrorGuide() {}

  /** The reason in one or two sentences; empty if the error's own text says it all. */
  public static String explain(BpfCommand command, Errno errno, Block attr) {
    String found =
        switch (errno) {
          case EPERM -> permission(command);
          case E2BIG -> tooBig(command, attr);
          case EINVAL -> invalid(command, attr);
          case ENOMEM -> noMemory(command);
          case EOPNOTSUPP, ENOTSUPP -> notSupported(command, errno);
          default -> "";
        };
    String reason = found.isEmpty() ? ErrorTable.reason(command, errno) : found;
    return reason == null ? "" : reason;
  }

  /** The reason of a refused program: the verifier's last message, if it got as far as that. */
  public static String refusal(Errno errno, Block attr, String log) {
    String last = "";
    for (String line : log.strip().split("\n", -1)) {
      boolean message =
          !line.startsWith("processed ")
              && !line.startsWith("verification time ")
              && !line.startsWith("stack depth ")
              && !line.startsWith("; ")
              && !line.isBlank();
      if (message) {
        last = line;
      }
    }
    return last.isEmpty()
        ? explain(BpfCommand.PROG_LOAD, errno, attr)
        : "the verifier refused it: " + last;
  }

  private static String permission(BpfCommand command) {
    String needs = "it needs " + command.needs();
    List<String> why = new ArrayList<>();
    if (!Host.hasCapability(Host.CAP_SYS_ADMIN)) {
      if (!Host.hasCapability(Host.CAP_BPF)) {
        why.add("this process has neither CAP_BPF nor CAP_SYS_ADMIN");
      } else {
        why.add("this process has CAP_BPF but not CAP_SYS_ADMIN");
      }
      Host.sysctl("kernel/unprivileged_bpf_disabled")
          .filter(value -> !value.equals("0"))
          .ifPresent(value -> why.add("kernel.unprivileged_bpf_disabled is " + value));
    } else {
      String lockdown = Host.lockdown();
      if (!lockdown.isEmpty() && !lockdown.equals("none")) {
        why.add("the kernel is locked down (" + lockdown + ")");
      } else if (command == BpfCommand.PROG_LOAD) {
        why.add(
            "the process has CAP_SYS_ADMIN, so the kernel's build or a security module refuses"
                + " this program type or attach target");
      } else {
        String own = ErrorTable.rows(command).get(Errno.EPERM);
        if (own != null) {
          return own;
        }
        why.add("the process has CAP_SYS_ADMIN, so a security module or seccomp filter may refuse");
      }
    }
    return needs + "; " + String.join(", ", why);
  }

  private static String tooBig(BpfCommand command, Block attr) {
    List<String> newer = newerFields(attr);
    if (!newer.isEmpty()) {
      return "kernel " + Host.release() + " does not know " + String.join(", ", newer);
    }
    return switch (command) {
      case PROG_LOAD ->
          "the program has more instructions than allowed (1,000,000; 4,096 without CAP_BPF),"
              + " or the verifier's budget of 1,000,000 processed instructions is used up";
      case MAP_UPDATE_ELEM, MAP_UPDATE_BATCH ->
          "the map is full, or the index is not below max_entries";
      case MAP_CREATE -> "the map's size overflows, or its key or value is too large";
      default ->
          ErrorTable.rows(command).containsKey(Errno.E2BIG)
              ? ""
              : "kernel " + Host.release() + " does not know a field that is set in the call";
    };
  }

  private static String invalid(BpfCommand command, Block attr) {
    KernelVersion running = Host.version();
    if (!command.isIn(running)) {
      return "%s came with Linux %s, and this is %s"
          .formatted(command.uapiName(), command.since(), Host.release());
    }
    List<String> newer = newerFields(attr);
    if (!newer.isEmpty()) {
      return "kernel " + Host.release() + " may not know " + String.join(", ", newer);
    }
    return switch (command) {
      case MAP_CREATE ->
          "type, sizes, max_entries or flags do not go together: "
              + numbers(attr, "map_type", "key_size", "value_size", "max_entries", "map_flags");
      case PROG_LOAD ->
          "the program is malformed, or type, attach type and flags do not go together: "
              + numbers(attr, "prog_type", "expected_attach_type", "prog_flags", "insn_cnt");
      case PROG_TEST_RUN ->
          "the input does not go with the program's type (a packet has 14 bytes or more; tracing"
              + " and syscall programs take a context only, and no repeat): "
              + numbers(attr, "data_size_in", "ctx_size_in", "repeat", "flags");
      case LINK_CREATE ->
          "the program's type and the attach type do not go together, or the target has another"
              + " kind: "
              + numbers(attr, "attach_type", "flags");
      case BTF_LOAD -> "the types are malformed: the log says where";
      default ->
          ErrorTable.rows(command).containsKey(Errno.EINVAL)
              ? ""
              : "the kernel takes no such combination: "
                  + numbers(attr, attr.nonZeroFieldsFrom(0).toArray(String[]::new));
    };
  }

  private static String numbers(Block attr, String... names) {
    var parts = new ArrayList<String>();
    for (String name : names) {
      if (attr.layout().field(name).size() <= Long.BYTES) {
        parts.add(name + "=" + attr.get(name));
      }
    }
    return String.join(" ", parts);
  }

  /** Fields that are set although the running kernel's version is older than they are. */
  private static List<String> newerFields(Block attr) {
    KernelVersion running = Host.version();
    List<String> set = attr.nonZeroFieldsFrom(0);
    var newer = new ArrayList<String>();
    for (CStruct.Field field : attr.layout().fields()) {
      if (set.contains(field.name()) && !field.isIn(running)) {
        newer.add(field.name() + " (Linux " + field.since() + ")");
      }
    }
    return newer;
  }

  private static String noMemory(BpfCommand command) {
    boolean creates =
        command == BpfCommand.MAP_CREATE
            || command == BpfCommand.PROG_LOAD
            || command == BpfCommand.BTF_LOAD;
    if (creates && !Behaviour.ACCOUNTS_IN_CONTROL_GROUPS.isIn(Host.version())) {
      return "before Linux 5.11 maps and programs count against RLIMIT_MEMLOCK: raise `ulimit -l`";
    }
    return "the memory control group's limit, or the machine's memory, is used up";
  }

  private static String notSupported(BpfCommand command, Errno errno) {
    String kernel = " on kernel " + Host.release();
    if (command == BpfCommand.PROG_TEST_RUN) {
      return "programs of this type have no test run" + kernel;
    }
    String own = ErrorTable.rows(command).get(errno);
    return own != null ? own : "this kind of object does not have the operation" + kernel;
  }
}
