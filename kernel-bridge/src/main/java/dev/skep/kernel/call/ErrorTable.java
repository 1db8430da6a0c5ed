package dev.skep.kernel.call;

import dev.skep.catalog.Errno;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The errors that commands of bpf(2) give, beside those that {@link ErrorGuide} finds the reason of
 * by looking ({@code EPERM}, {@code E2BIG}, {@code EINVAL}): what each means for its command.
 */
public final class ErrorTable {

  private static final Map<BpfCommand, Map<Errno, String>> ROWS = new EnumMap<>(BpfCommand.class);
  private static final Map<Errno, String> ANY = new EnumMap<>(Errno.class);

  private ErrorTable() {}

  private static void row(BpfCommand command, Errno errno, String reason) {
    ROWS.computeIfAbsent(command, c -> new EnumMap<>(Errno.class)).put(errno, reason);
  }

  private static void rows(Errno errno, String reason, BpfCommand... commands) {
    for (BpfCommand command : commands) {
      row(command, errno, reason);
    }
  }

  static {
    // Whatever the command.
    ANY.put(Errno.ENOSYS, "this kernel was built without bpf(2), or a seccomp filter hides it");
    ANY.put(Errno.EBADF, "a descriptor in the call is closed or is of another kind of object");
    ANY.put(Errno.EMFILE, "this process has too many open files: raise `ulimit -n`");
    ANY.put(Errno.ENFILE, "the machine has too many open files: raise the sysctl fs.file-max");
    ANY.put(Errno.EFAULT, "an address in the call is not readable or writable: a fault of skep's");
    ANY.put(Errno.EINTR, "a signal came each time that the call was repeated");
    ANY.put(Errno.EAGAIN, "the kernel could not finish now: try again");
    ANY.put(Errno.ENOMEM, "the memory control group's limit, or the machine's memory, is used up");

    // Maps and their elements.
    row(BpfCommand.MAP_CREATE, Errno.ENODEV, "the kernel has no such device to offload to");
    row(BpfCommand.MAP_CREATE, Errno.ENOENT, "the value's type names something that is not there");
    row(
        BpfCommand.MAP_CREATE,
        Errno.ENOTSUPP,
        "maps of this type do not take these types, timers or locks in their values");
    row(
        BpfCommand.MAP_CREATE,
        Errno.EACCES,
        "the flags forbid reading and writing, or a security module refuses");
    row(BpfCommand.MAP_CREATE, Errno.EBUSY, "the kernel's structure of this name is in use");
    row(BpfCommand.MAP_CREATE, Errno.EOVERFLOW, "key size, value size and entries overflow");
    rows(
        Errno.ENOENT,
        "the map has no such key",
        BpfCommand.MAP_LOOKUP_ELEM,
        BpfCommand.MAP_DELETE_ELEM,
        BpfCommand.MAP_LOOKUP_AND_DELETE_ELEM);
    row(
        BpfCommand.MAP_UPDATE_ELEM,
        Errno.ENOENT,
        "the key does not exist and the update asked for one that does (BPF_EXIST)");
    row(BpfCommand.MAP_GET_NEXT_KEY, Errno.ENOENT, "there is no key behind this one");
    row(
        BpfCommand.MAP_UPDATE_ELEM,
        Errno.EEXIST,
        "the key exists and the update asked for a new one (BPF_NOEXIST)");
    rows(
        Errno.EBUSY,
        "the element is being used: a program recursed, or a list is locked",
        BpfCommand.MAP_UPDATE_ELEM,
        BpfCommand.MAP_DELETE_ELEM,
        BpfCommand.MAP_LOOKUP_AND_DELETE_ELEM);
    rows(
        Errno.EOPNOTSUPP,
        "maps of this type do not have the operation from user space",
        BpfCommand.MAP_LOOKUP_ELEM,
        BpfCommand.MAP_UPDATE_ELEM,
        BpfCommand.MAP_DELETE_ELEM,
        BpfCommand.MAP_LOOKUP_AND_DELETE_ELEM,
        BpfCommand.MAP_GET_NEXT_KEY);
    rows(
        Errno.ENOTSUPP,
        "maps of this type do not have the operation from user space",
        BpfCommand.MAP_LOOKUP_ELEM,
        BpfCommand.MAP_UPDATE_ELEM,
        BpfCommand.MAP_DELETE_ELEM,
        BpfCommand.MAP_LOOKUP_AND_DELETE_ELEM,
        BpfCommand.MAP_GET_NEXT_KEY,
        BpfCommand.MAP_FREEZE);
    rows(
        Errno.EPERM,
        "the map is frozen, or was opened without the access that the call needs",
        BpfCommand.MAP_LOOKUP_ELEM,
        BpfCommand.MAP_UPDATE_ELEM,
        BpfCommand.MAP_DELETE_ELEM,
        BpfCommand.MAP_GET_NEXT_KEY,
        BpfCommand.MAP_LOOKUP_AND_DELETE_ELEM,
        BpfCommand.MAP_LOOKUP_BATCH,
        BpfCommand.MAP_LOOKUP_AND_DELETE_BATCH,
        BpfCommand.MAP_UPDATE_BATCH,
        BpfCommand.MAP_DELETE_BATCH);
    row(
        BpfCommand.MAP_FREEZE,
        Errno.EBUSY,
        "the map is mapped writable into a process, or frozen already");
    rows(
        Errno.ENOSPC,
        "a bucket holds more elements than there is room for: ask for more at once",
        BpfCommand.MAP_LOOKUP_BATCH,
        BpfCommand.MAP_LOOKUP_AND_DELETE_BATCH);
    rows(
        Errno.ENOENT,
        "all elements have been given",
        BpfCommand.MAP_LOOKUP_BATCH,
        BpfCommand.MAP_LOOKUP_AND_DELETE_BATCH);
    row(BpfCommand.MAP_DELETE_BATCH, Errno.ENOENT, "the map has no such key");
    rows(
        Errno.ENOTSUPP,
        "maps of this type have no such batch operation",
        BpfCommand.MAP_LOOKUP_BATCH,
        BpfCommand.MAP_LOOKUP_AND_DELETE_BATCH,
        BpfCommand.MAP_UPDATE_BATCH,
        BpfCommand.MAP_DELETE_BATCH);

    // Programs and types.
    row(
        BpfCommand.PROG_LOAD,
        Errno.EACCES,
        "the verifier refused the program: its log's last lines say why");
    row(BpfCommand.PROG_LOAD, Errno.ENOSPC, "the log did not fit its buffer");
    row(
        BpfCommand.PROG_LOAD,
        Errno.EAGAIN,
        "a signal came each time that the verifier was asked: it gives up when one is pending");
    row(BpfCommand.PROG_LOAD, Errno.ENOENT, "a map, type or attach target that it names is gone");
    row(
        BpfCommand.PROG_LOAD,
        Errno.ENOTSUPP,
        "the kernel cannot compile the program, or has no such attach target");
    row(BpfCommand.PROG_LOAD, Errno.EEXIST, "the attach target has a program of this kind already");
    row(BpfCommand.PROG_LOAD, Errno.ETIMEDOUT, "the verifier was interrupted");
    row(BpfCommand.PROG_LOAD, Errno.ENODEV, "the kernel has no such device to offload to");
    row(BpfCommand.PROG_LOAD, Errno.ERANGE, "a jump or immediate is out of its range");
    row(
        BpfCommand.PROG_LOAD,
        Errno.ENOKEY,
        "the signature's key is not in the key ring that was named");
    row(BpfCommand.PROG_LOAD, Errno.EKEYREJECTED, "the signature is not that of this program");
    row(BpfCommand.BTF_LOAD, Errno.ENOSPC, "the log did not fit its buffer");
    row(BpfCommand.BTF_LOAD, Errno.E2BIG, "the types have more than 16 MiB");
    row(
        BpfCommand.PROG_TEST_RUN,
        Errno.EACCES,
        "the program may not be run by who is no administrator");
    row(
        BpfCommand.PROG_TEST_RUN,
        Errno.ENOSPC,
        "the output is longer than its room: what fits was copied");
    row(BpfCommand.PROG_TEST_RUN, Errno.ENODEV, "the context names a device that is not there");
    row(BpfCommand.PROG_TEST_RUN, Errno.EINTR, "a signal ended the repetitions");
    row(BpfCommand.PROG_TEST_RUN, Errno.ENXIO, "the CPU that was asked for is offline");
    row(BpfCommand.PROG_TEST_RUN, Errno.EBUSY, "the program is being run already");
    row(BpfCommand.PROG_BIND_MAP, Errno.EEXIST, "the map is bound to the program already");
    row(
        BpfCommand.PROG_STREAM_READ_BY_FD,
        Errno.ENOENT,
        "a program has the streams 1 (output) and 2 (errors)");

    // Objects by id and by pin.
    rows(
        Errno.ENOENT,
        "no object has this id (any more)",
        BpfCommand.PROG_GET_FD_BY_ID,
        BpfCommand.MAP_GET_FD_BY_ID,
        BpfCommand.BTF_GET_FD_BY_ID,
        BpfCommand.LINK_GET_FD_BY_ID);
    rows(
        Errno.EAGAIN,
        "the object of this id is still being made",
        BpfCommand.PROG_GET_FD_BY_ID,
        BpfCommand.LINK_GET_FD_BY_ID);
    rows(
        Errno.ENOENT,
        "there is no object with a higher id",
        BpfCommand.PROG_GET_NEXT_ID,
        BpfCommand.MAP_GET_NEXT_ID,
        BpfCommand.BTF_GET_NEXT_ID,
        BpfCommand.LINK_GET_NEXT_ID);
    row(BpfCommand.OBJ_PIN, Errno.ENOENT, "the directory does not exist");
    row(BpfCommand.OBJ_PIN, Errno.EEXIST, "something is pinned at this path already");
    row(BpfCommand.OBJ_PIN, Errno.EPERM, "the directory is in no BPF file system, or is not ours");
    row(BpfCommand.OBJ_PIN, Errno.EACCES, "the directory's mode does not allow it");
    row(BpfCommand.OBJ_PIN, Errno.ENOSPC, "the file system has no room for another file");
    row(BpfCommand.OBJ_PIN, Errno.EROFS, "the file system is mounted read-only");
    row(
        BpfCommand.OBJ_PIN,
        Errno.EINVAL,
        "a name in a BPF file system has no dot, and types cannot be pinned");
    row(BpfCommand.OBJ_GET, Errno.ENOENT, "nothing is pinned at this path");
    row(
        BpfCommand.OBJ_GET,
        Errno.EACCES,
        "the file's mode does not allow it, or it is in no BPF file system");
    rows(
        Errno.ENAMETOOLONG,
        "a name in the path has more than 255 characters, or the path more than 4095",
        BpfCommand.OBJ_PIN,
        BpfCommand.OBJ_GET);
    rows(
        Errno.ENOTDIR,
        "a part of the path is no directory",
        BpfCommand.OBJ_PIN,
        BpfCommand.OBJ_GET);
    rows(
        Errno.ELOOP, "too many symbolic links on the path", BpfCommand.OBJ_PIN, BpfCommand.OBJ_GET);

    // Attaching.
    row(BpfCommand.LINK_CREATE, Errno.EEXIST, "the program is attached there already");
    row(
        BpfCommand.LINK_CREATE,
        Errno.EBUSY,
        "another program is attached there, outside of links or exclusively");
    row(
        BpfCommand.LINK_CREATE,
        Errno.ENODEV,
        "there is no such device in this network namespace, or no such event");
    row(
        BpfCommand.LINK_CREATE,
        Errno.EOPNOTSUPP,
        "the device, its driver or the function cannot take such a program");
    row(
        BpfCommand.LINK_CREATE,
        Errno.ENOTSUPP,
        "the device, its driver or the function cannot take such a program");
    row(BpfCommand.LINK_CREATE, Errno.ENOENT, "a function or program that the link names is gone");
    row(BpfCommand.LINK_CREATE, Errno.ESRCH, "a function or process of this name is not there");
    row(BpfCommand.LINK_CREATE, Errno.ESTALE, "the list has another revision than was expected");
    row(
        BpfCommand.LINK_CREATE,
        Errno.ERANGE,
        "the list is full, or the place beside another program does not exist");
    row(BpfCommand.LINK_CREATE, Errno.E2BIG, "64 programs are attached there already");
    row(
        BpfCommand.LINK_CREATE,
        Errno.EBADF,
        "the target is no control group of the unified hierarchy, no namespace file, or no event");
    row(BpfCommand.LINK_CREATE, Errno.EILSEQ, "the address is in the middle of an instruction");
    row(BpfCommand.LINK_CREATE, Errno.EADDRNOTAVAIL, "the function cannot be probed");
    row(BpfCommand.LINK_UPDATE, Errno.ENOLINK, "the link's target is gone: it is detached");
    row(BpfCommand.LINK_UPDATE, Errno.EPERM, "the link has another program than was expected");
    row(
        BpfCommand.LINK_UPDATE,
        Errno.EINVAL,
        "links of this kind keep their program, or it has"
            + " another type or attach type than the one before");
    row(BpfCommand.LINK_UPDATE, Errno.ESTALE, "the link's target is gone");
    row(BpfCommand.LINK_UPDATE, Errno.EOPNOTSUPP, "links of this kind keep their program");
    row(BpfCommand.LINK_UPDATE, Errno.ENOENT, "the structure's value is not set");
    row(
        BpfCommand.LINK_DETACH,
        Errno.EOPNOTSUPP,
        "links of this kind end when their last descriptor and pin are gone");
    row(BpfCommand.LINK_DETACH, Errno.ENOLINK, "the link is detached already");
    row(BpfCommand.ITER_CREATE, Errno.EINVAL, "the link is none of an iterator");
    row(BpfCommand.RAW_TRACEPOINT_OPEN, Errno.ENOENT, "the kernel has no tracepoint of this name");
    row(
        BpfCommand.RAW_TRACEPOINT_OPEN,
        Errno.EBUSY,
        "the function has another program that changes its result, or is being traced by others");
    row(BpfCommand.RAW_TRACEPOINT_OPEN, Errno.EEXIST, "the program is attached already");
    row(
        BpfCommand.RAW_TRACEPOINT_OPEN,
        Errno.EINVAL,
        "the program's type attaches in another way, or reads more arguments than the tracepoint"
            + " has");
    row(BpfCommand.RAW_TRACEPOINT_OPEN, Errno.E2BIG, "too many programs are on this function");
    row(BpfCommand.RAW_TRACEPOINT_OPEN, Errno.ENOTSUPP, "the kernel cannot trace this function");
    row(BpfCommand.PROG_ATTACH, Errno.EEXIST, "the program is attached there already");
    row(
        BpfCommand.PROG_ATTACH,
        Errno.EPERM,
        "a program is attached there, or above, that does not allow others (multi, override); or"
            + " CAP_NET_ADMIN is missing");
    row(
        BpfCommand.PROG_ATTACH,
        Errno.EBADF,
        "the directory is no control group of the unified hierarchy");
    row(BpfCommand.PROG_ATTACH, Errno.E2BIG, "64 programs are attached there already");
    row(BpfCommand.PROG_ATTACH, Errno.ENODEV, "there is no such device in this network namespace");
    row(BpfCommand.PROG_ATTACH, Errno.EBUSY, "the control group is being removed");
    row(BpfCommand.PROG_ATTACH, Errno.EOPNOTSUPP, "the target does not take programs of this type");
    row(
        BpfCommand.PROG_ATTACH,
        Errno.EINVAL,
        "the program's type does not go with the attach type, or the flags with what is attached");
    row(BpfCommand.PROG_DETACH, Errno.ENOENT, "the program is not attached there");
    row(
        BpfCommand.PROG_DETACH,
        Errno.EBADF,
        "the directory is no control group of the unified hierarchy");
    row(BpfCommand.PROG_DETACH, Errno.ENODEV, "there is no such device in this network namespace");
    row(BpfCommand.PROG_DETACH, Errno.EINVAL, "nothing can be attached there by this type");
    row(BpfCommand.PROG_QUERY, Errno.ENOSPC, "there is room for fewer programs than are attached");
    row(
        BpfCommand.PROG_QUERY,
        Errno.EBADF,
        "the directory is no control group of the unified hierarchy");
    row(BpfCommand.PROG_QUERY, Errno.ENODEV, "there is no such device in this network namespace");
    row(BpfCommand.PROG_QUERY, Errno.ENOENT, "nothing is attached there");
    row(BpfCommand.PROG_QUERY, Errno.EINVAL, "the kernel cannot list this attach type");
    row(BpfCommand.TASK_FD_QUERY, Errno.ENOENT, "there is no such process");
    row(
        BpfCommand.TASK_FD_QUERY,
        Errno.ENOTSUPP,
        "the descriptor is neither a perf event nor a raw tracepoint");
    row(BpfCommand.TASK_FD_QUERY, Errno.EBADF, "the process has no such descriptor");
    row(BpfCommand.TASK_FD_QUERY, Errno.ENOSPC, "the name is longer than its room");

    // The rest.
    row(
        BpfCommand.TOKEN_CREATE,
        Errno.EOPNOTSUPP,
        "the file system is mounted in the first user namespace");
    row(BpfCommand.TOKEN_CREATE, Errno.ENOENT, "the BPF file system delegates nothing");
    row(BpfCommand.TOKEN_CREATE, Errno.EINVAL, "the path is not a BPF file system's root");
    row(BpfCommand.ENABLE_STATS, Errno.EBUSY, "2^30 others have turned them on");
    row(BpfCommand.OBJ_GET_INFO_BY_FD, Errno.EINVAL, "the descriptor is of no object with info");
    row(BpfCommand.OBJ_GET_INFO_BY_FD, Errno.ENODEV, "the device that it was offloaded to is gone");
  }

  /** What the error means for the command; null if no row says so. */
  public static @Nullable String reason(BpfCommand command, Errno errno) {
    String own = ROWS.getOrDefault(command, Map.of()).get(errno);
    return own != null ? own : ANY.get(errno);
  }

  /** The errors that have a row of the command's own. */
  public static Map<Errno, String> rows(BpfCommand command) {
    return ROWS.getOrDefault(command, Map.of());
  }
}
