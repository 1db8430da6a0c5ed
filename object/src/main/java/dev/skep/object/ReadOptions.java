package dev.skep.object;

import dev.skep.btf.Btf;
import dev.skep.catalog.KernelVersion;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an object is read for. libbpf finds these things out on the machine that it runs on; here
 * they are said.
 *
 * @param kernel the kernel whose features libbpf would adapt the object to
 * @param kernelVersionCode value of {@code LINUX_KERNEL_VERSION}: {@code major << 16 | minor << 8 |
 *     patch}
 * @param kernelBtf the kernel's types, for CO-RE, kfuncs, kernel variables and attach targets; null
 *     leaves those unresolved, with a warning
 * @param kernelConfig the kernel's configuration for {@code .kconfig} externs: {@code CONFIG_HZ} →
 *     {@code 250}, {@code CONFIG_BPF} → {@code y}, strings with their quotes
 * @param kernelSymbols addresses for {@code .ksyms} variables without a type, as in {@code
 *     /proc/kallsyms}
 * @param possibleCpus number of possible CPUs, the default size of perf event arrays
 * @param pageSize bytes in a page, which ring buffers are rounded up to
 */
public record ReadOptions(
    KernelVersion kernel,
    int kernelVersionCode,
    @Nullable Btf kernelBtf,
    Map<String, String> kernelConfig,
    Map<String, Long> kernelSymbols,
    int possibleCpus,
    int pageSize) {

  public ReadOptions {
    kernelConfig = Map.copyOf(kernelConfig);
    kernelSymbols = Map.copyOf(kernelSymbols);
  }

  /** For the newest kernel that skep describes, without its types. */
  public static ReadOptions defaults() {
    return forKernel(KernelVersion.NEWEST);
  }

  /** For a kernel without its types. */
  public static ReadOptions forKernel(KernelVersion kernel) {
    return new ReadOptions(
        kernel,
        kernel.code(),
        null,
        Map.of(),
        Map.of(),
        Runtime.getRuntime().availableProcessors(),
        4096);
  }

  /** For a kernel with its types. */
  public static ReadOptions forKernel(KernelVersion kernel, @Nullable Btf kernelBtf) {
    return forKernel(kernel).withKernelBtf(kernelBtf);
  }

  /** These options with a kernel's types. */
  public ReadOptions withKernelBtf(@Nullable Btf btf) {
    return new ReadOptions(
        kernel, kernelVersionCode, btf, kernelConfig, kernelSymbols, possibleCpus, pageSize);
  }

  /** These options with a kernel's configuration. */
  public ReadOptions withKernelConfig(Map<String, String> config) {
    return new ReadOptions(
        kernel, kernelVersionCode, kernelBtf, config, kernelSymbols, possibleCpus, pageSize);
  }

  /** These options with kernel addresses. */
  public ReadOptions withKernelSymbols(Map<String, Long> symbols) {
    return new ReadOptions(
        kernel, kernelVersionCode, kernelBtf, kernelConfig, symbols, possibleCpus, pageSize);
  }

  /** These options with the exact release, such as {@code 6.18.44}. */
  public ReadOptions withKernelVersionCode(int code) {
    return new ReadOptions(
        kernel, code, kernelBtf, kernelConfig, kernelSymbols, possibleCpus, pageSize);
  }

  /** These options with a number of possible CPUs. */
  public ReadOptions withPossibleCpus(int cpus) {
    return new ReadOptions(
        kernel, kernelVersionCode, kernelBtf, kernelConfig, kernelSymbols, cpus, pageSize);
  }
}
