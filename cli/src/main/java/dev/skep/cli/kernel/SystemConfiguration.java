package dev.skep.cli.kernel;

import dev.skep.object.RunningKernel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Settings and build options of the kernel that decide what BPF can do. */
final class SystemConfiguration {

  private static final Map<String, String> SETTINGS = new LinkedHashMap<>();

  static {
    SETTINGS.put("unprivileged_bpf_disabled", "kernel/unprivileged_bpf_disabled");
    SETTINGS.put("bpf_jit_enable", "net/core/bpf_jit_enable");
    SETTINGS.put("bpf_jit_harden", "net/core/bpf_jit_harden");
    SETTINGS.put("bpf_jit_kallsyms", "net/core/bpf_jit_kallsyms");
    SETTINGS.put("bpf_jit_limit", "net/core/bpf_jit_limit");
  }

  private static final List<String> OPTIONS =
      List.of(
          "BPF",
          "BPF_SYSCALL",
          "HAVE_EBPF_JIT",
          "BPF_JIT",
          "BPF_JIT_ALWAYS_ON",
          "DEBUG_INFO_BTF",
          "DEBUG_INFO_BTF_MODULES",
          "CGROUPS",
          "CGROUP_BPF",
          "CGROUP_NET_CLASSID",
          "SOCK_CGROUP_DATA",
          "BPF_EVENTS",
          "KPROBE_EVENTS",
          "UPROBE_EVENTS",
          "TRACING",
          "FTRACE_SYSCALLS",
          "FUNCTION_ERROR_INJECTION",
          "BPF_KPROBE_OVERRIDE",
          "BPF_LSM",
          "NET",
          "XDP_SOCKETS",
          "LWTUNNEL_BPF",
          "NET_ACT_BPF",
          "NET_CLS_BPF",
          "NET_CLS_ACT",
          "NET_SCH_INGRESS",
          "XFRM",
          "IP_ROUTE_CLASSID",
          "IPV6_SEG6_BPF",
          "BPF_LIRC_MODE2",
          "BPF_STREAM_PARSER",
          "NETFILTER_XT_MATCH_BPF",
          "NETFILTER_BPF_LINK",
          "NETKIT",
          "BPFILTER",
          "BPFILTER_UMH",
          "TEST_BPF",
          "HZ");

  private SystemConfiguration() {}

  /** By bpftool's names; null for an option that is not set. */
  static Map<String, @Nullable Object> read() {
    var all = new LinkedHashMap<String, @Nullable Object>();
    SETTINGS.forEach((name, file) -> all.put(name, setting(file)));
    Map<String, String> config = RunningKernel.options().kernelConfig();
    if (!config.isEmpty()) {
      OPTIONS.forEach(name -> all.put("CONFIG_" + name, config.get("CONFIG_" + name)));
    }
    return all;
  }

  private static @Nullable Object setting(String file) {
    // In one call: these files have nothing more to say to a second one.
    try (InputStream in = Files.newInputStream(Path.of("/proc/sys", file))) {
      return Long.parseLong(new String(in.readNBytes(64), StandardCharsets.US_ASCII).strip());
    } catch (IOException | NumberFormatException e) {
      return null;
    }
  }
}
