package dev.skep.catalog;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The further condition of helpers with {@link HelperPrototype#dependsOnTarget}: the {@code
 * allowed} callbacks of Linux 6.18 ({@code helper call is not allowed in probe}).
 */
public final class HelperTargets {

  private static final int D_PATH = 147;
  private static final int IMA_INODE_HASH = 161;
  private static final int IMA_FILE_HASH = 193;
  private static final int SK_STORAGE_GET = 107;
  private static final int SK_STORAGE_DELETE = 108;

  /** Kernel functions whose {@code struct path} argument is safe to read for {@code d_path}. */
  private static final Set<String> D_PATH_FUNCTIONS =
      Set.of(
          "dentry_open",
          "filp_close",
          "security_file_open",
          "security_file_permission",
          "security_inode_getattr",
          "security_path_truncate",
          "vfs_fallocate",
          "vfs_getattr",
          "vfs_truncate");

  private HelperTargets() {}

  /**
   * Whether a program with this attach target may call the helper.
   *
   * @param target the kernel function for fentry, fexit and fmod_ret; the hook's name without
   *     {@code bpf_lsm_} for LSM; null for a program or a target that is not known, which is
   *     refused where the target decides
   */
  public static boolean allows(
      HelperPrototype prototype,
      ProgramType type,
      @Nullable AttachType attach,
      @Nullable String target) {
    if (!prototype.dependsOnTarget()) {
      return true;
    }
    return switch (prototype.id()) {
      case D_PATH -> dPath(type, attach, target);
      case SK_STORAGE_GET, SK_STORAGE_DELETE -> socketStorage(attach, target);
      case IMA_INODE_HASH, IMA_FILE_HASH -> target != null && LsmHooks.maySleep(target);
      default -> throw new IllegalStateException("no rule for " + prototype.name());
    };
  }

  private static boolean dPath(
      ProgramType type, @Nullable AttachType attach, @Nullable String target) {
    if (type == ProgramType.TRACING && attach == AttachType.TRACE_ITER) {
      return true;
    }
    if (target == null) {
      return false;
    }
    return type == ProgramType.LSM ? LsmHooks.maySleep(target) : D_PATH_FUNCTIONS.contains(target);
  }

  private static boolean socketStorage(@Nullable AttachType attach, @Nullable String target) {
    if (attach == AttachType.TRACE_ITER || attach == AttachType.TRACE_RAW_TP) {
      return true;
    }
    boolean traced = attach == AttachType.TRACE_FENTRY || attach == AttachType.TRACE_FEXIT;
    return traced && target != null && !target.startsWith("bpf_sk_storage");
  }
}
