package dev.skep.agreement.run;

import dev.skep.catalog.ProgramType;
import dev.skep.interpreter.InterpretedProgram;
import dev.skep.jit.JitProgram;
import dev.skep.object.Bytes;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import dev.skep.runtime.Context;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.Engine;
import dev.skep.runtime.Executable;
import dev.skep.runtime.Machine;
import dev.skep.runtime.Outcome;
import dev.skep.runtime.PrepareException;
import dev.skep.runtime.map.BpfMap;
import dev.skep.runtime.packet.SamplePackets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs programs in one of skep's own engines. */
public final class EngineRunner implements PacketRunner {

  private final Machine machine;
  private final Executable executable;
  private final ProgramSpec program;

  private EngineRunner(Machine machine, Executable executable, ProgramSpec program) {
    this.machine = machine;
    this.executable = executable;
    this.program = program;
  }

  /** Makes a program ready, on a machine of its own. */
  public static Prepared prepare(Engine engine, ProgramSpec program, int cpus) {
    Machine machine = Machine.builder().cpus(cpus).build();
    try {
      return new Prepared.Ready(
          new EngineRunner(machine, engine.prepare(program, machine), program));
    } catch (PrepareException e) {
      return new Prepared.Refused(
          "cannot run " + program.name() + ": " + e.diagnostics().getFirst().message());
    }
  }

  @Override
  public RunResult run(byte[] data) {
    Context context = context(program.type(), data);
    return switch (executable.run(context)) {
      case Outcome.Returned returned ->
          new RunResult.Finished(
              returned.r0(),
              SamplePackets.takesPacket(program.type()) ? Bytes.of(context.packet()) : Bytes.of());
      case Outcome.Trapped trapped -> new RunResult.Trapped(trapped.trap().describe());
    };
  }

  @Override
  public long time(byte[] data, int times) {
    Context context = context(program.type(), data);
    Cpu cpu = machine.cpu(0);
    byte[] before = context.bytes().clone();
    // What the packet and the context have become is put back, which is part of the time.
    long start = System.nanoTime();
    for (int i = 0; i < times; i++) {
      if (context.layout() == Context.Layout.PLAIN) {
        System.arraycopy(before, 0, context.bytes(), 0, before.length);
      } else {
        context.reset();
      }
      executable.run(cpu, context);
    }
    return System.nanoTime() - start;
  }

  @Override
  public List<String> statistics() {
    return switch (executable) {
      case JitProgram compiled -> compiled.report().lines();
      case InterpretedProgram interpreted ->
          List.of(interpreted.executed() + " instructions executed");
      default -> List.of();
    };
  }

  @Override
  public List<byte[]> classes() {
    return executable instanceof JitProgram compiled ? compiled.classes() : List.of();
  }

  private static Context context(ProgramType type, byte[] data) {
    if (type == ProgramType.XDP) {
      return Context.xdp(data);
    }
    return SamplePackets.takesPacket(type) ? Context.skb(type, data) : Context.of(data.clone());
  }

  @Override
  public List<MapDump> maps() {
    var dumps = new ArrayList<MapDump>();
    for (MapSpec spec : program.maps()) {
      if (!KernelRunner.listed(spec)) {
        continue;
      }
      BpfMap map = machine.map(spec);
      Map<Bytes, Bytes> elements = new LinkedHashMap<>();
      for (byte[] key : map.keys()) {
        byte[] value = map.get(key);
        if (value != null) {
          elements.put(Bytes.of(key), Bytes.of(value));
        }
      }
      dumps.add(new MapDump(spec.name(), spec.type().kernelName(), elements));
    }
    return dumps;
  }

  @Override
  public void close() {
    // A machine is only memory.
  }
}
