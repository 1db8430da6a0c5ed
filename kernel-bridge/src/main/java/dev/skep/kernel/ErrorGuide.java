package dev.skep.kernel;

import dev.skep.catalog.KernelVersion;
import dev.skep.kernel.sys.Block;
import dev.skep.kernel.sys.CStruct;
import java.util.ArrayList;
import java.util.List;

/** What an error of bpf(2) means for its command, for a tired engineer. */
final class ErrorGuide {

  private ErrorGuide() {}

  /** The reason in one or two sentences; empty if the error's own text says it all. */
  static String explain(BpfCommand command, Errno errno, Block attr) {
    return switch (errno) {
      case EPERM -> permission(command);
      case ENOSYS -> "this kernel was built without bpf(2), or a seccomp filter hides it";
      case E2BIG -> tooBig(command, attr);
      case EINVAL -> invalid(command, attr);
      case EBADF -> "a descriptor in the call is closed or is of another kind of object";
      case EMFILE -> "this process has too many open files: raise `ulimit -n`";
      case ENOMEM -> noMemory(command);
      case ENOENT -> notFound(command);
      case EEXIST -> exists(command);
      case EBUSY -> busy(command);
      case ENOSPC ->
          command == BpfCommand.PROG_LOAD || command == BpfCommand.BTF_LOAD
              ? "the log did not fit its buffer"
              : "";
      case EACCES ->
          command == BpfCommand.PROG_LOAD
              ? "the verifier refused the program: its log's last lines say why"
              : "the file's mode, or the access that the map was opened with, does not allow it";
      case EOPNOTSUPP, ENOTSUPP -> notSupported(command);
      default -> "";
    };
  }

  /** The reason of a refused program: the verifier's last message, if it got as far as that. */
  static String refusal(Errno errno, Block attr, String log) {
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
      default -> "";
    };
  }

  private static String invalid(BpfCommand command, Block attr) {
    KernelVersion running = Host.version();
    if (running.compareTo(command.since()) < 0) {
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
          "the program's type has no such test run: "
              + numbers(attr, "data_size_in", "ctx_size_in", "repeat", "flags");
      case LINK_CREATE ->
          "the program's type and the attach type do not go together, or the target has another"
              + " kind: "
              + numbers(attr, "attach_type", "flags");
      case BTF_LOAD -> "the types are malformed: the log says where";
      default -> "";
    };
  }

  private static String numbers(Block attr, String... names) {
    var parts = new ArrayList<String>();
    for (String name : names) {
      parts.add(name + "=" + attr.get(name));
    }
    return String.join(" ", parts);
  }

  /** Fields that are set although the running kernel's version is older than they are. */
  private static List<String> newerFields(Block attr) {
    KernelVersion running = Host.version();
    List<String> set = attr.nonZeroFieldsFrom(0);
    var newer = new ArrayList<String>();
    for (CStruct.Field field : attr.layout().fields()) {
      if (set.contains(field.name()) && running.compareTo(field.since()) < 0) {
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
    if (creates && Host.version().compareTo(new KernelVersion(5, 11)) < 0) {
      return "before Linux 5.11 maps and programs count against RLIMIT_MEMLOCK: raise `ulimit -l`";
    }
    return "the memory control group's limit, or the machine's memory, is used up";
  }

  private static String notFound(BpfCommand command) {
    return switch (command) {
      case OBJ_GET -> "nothing is pinned at this path";
      case OBJ_PIN -> "the directory does not exist";
      case MAP_LOOKUP_ELEM, MAP_DELETE_ELEM, MAP_LOOKUP_AND_DELETE_ELEM ->
          "the map has no such key";
      case PROG_GET_FD_BY_ID, MAP_GET_FD_BY_ID, BTF_GET_FD_BY_ID, LINK_GET_FD_BY_ID ->
          "no object has this id (any more)";
      case RAW_TRACEPOINT_OPEN -> "the kernel has no tracepoint of this name";
      case PROG_DETACH -> "the program is not attached there";
      default -> "";
    };
  }

  private static String exists(BpfCommand command) {
    return switch (command) {
      case OBJ_PIN -> "something is pinned at this path already";
      case MAP_UPDATE_ELEM -> "the key exists and the update asked for a new one (BPF_NOEXIST)";
      case LINK_CREATE, PROG_ATTACH -> "the program is attached there already";
      default -> "";
    };
  }

  private static String notSupported(BpfCommand command) {
    String kernel = " on kernel " + Host.release();
    return switch (command) {
      case PROG_TEST_RUN -> "programs of this type have no test run" + kernel;
      case LINK_DETACH -> "links of this kind end when their last descriptor and pin are gone";
      case LINK_UPDATE -> "links of this kind keep their program";
      case MAP_LOOKUP_BATCH, MAP_LOOKUP_AND_DELETE_BATCH, MAP_UPDATE_BATCH, MAP_DELETE_BATCH ->
          "maps of this type have no such batch operation" + kernel;
      case TOKEN_CREATE -> "the file system is mounted in the first user namespace";
      case TASK_FD_QUERY -> "the descriptor is neither a perf event nor a raw tracepoint";
      default -> "this kind of object does not have the operation" + kernel;
    };
  }

  private static String busy(BpfCommand command) {
    return switch (command) {
      case LINK_CREATE -> "another program is attached there, outside of links or exclusively";
      case MAP_FREEZE -> "the map is mapped writable into a process, or frozen already";
      case MAP_UPDATE_ELEM -> "the element is being used: a program recursed, or a list is locked";
      default -> "";
    };
  }
}
