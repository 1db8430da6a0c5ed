package dev.skep.benchmarks;

import dev.skep.assembler.Assembler;
import dev.skep.assembler.AssemblyOptions;
import dev.skep.assembler.AssemblyResult;
import dev.skep.assembler.Disassembler;
import dev.skep.assembler.DisassemblyOptions;
import dev.skep.assembler.Syntax;
import dev.skep.isa.Code;
import dev.skep.object.BpfObject;
import dev.skep.object.ProgramSpec;
import dev.skep.object.writer.ObjectWriter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A generated file of 100,000 lines: from text to an object, and from code to text.
 *
 * <p>An operation is one line, so that the score is lines per minute and {@code -prof gc} says
 * bytes per line.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MINUTES)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xms1g", "-Xmx1g"})
public class AssemblerBenchmark {

  /** Lines of the file. */
  public static final int LINES = 100_000;

  /** How the file is written. */
  @Param({"KERNEL", "MNEMONIC"})
  public Syntax syntax = Syntax.KERNEL;

  private String text = "";
  private List<Code> programs = List.of();

  /** Writes the file. */
  @Setup
  public void generate() {
    text = AssemblyText.generate(LINES, syntax);
    programs = assembled().programs().stream().map(ProgramSpec::code).toList();
  }

  /** Text to an object in memory. */
  @Benchmark
  @OperationsPerInvocation(LINES)
  public BpfObject assemble() {
    return assembled();
  }

  /** Text to the bytes of an ELF file with BTF and line information. */
  @Benchmark
  @OperationsPerInvocation(LINES)
  public byte[] assembleToElf() {
    return ObjectWriter.write(assembled());
  }

  /** Code to text. */
  @Benchmark
  @OperationsPerInvocation(LINES)
  public int disassemble() {
    DisassemblyOptions options = DisassemblyOptions.defaults().withSyntax(syntax);
    int length = 0;
    for (Code program : programs) {
      length += Disassembler.disassemble(program, options).length();
    }
    return length;
  }

  private BpfObject assembled() {
    AssemblyResult result = Assembler.assemble(text, "generated.s", AssemblyOptions.defaults());
    BpfObject assembled = result.object();
    if (assembled == null) {
      throw new IllegalStateException("the generated file has errors: " + result.errors());
    }
    return assembled;
  }
}
