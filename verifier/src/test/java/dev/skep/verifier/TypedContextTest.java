package dev.skep.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.btf.Btf;
import dev.skep.btf.BtfType;
import dev.skep.catalog.AttachType;
import dev.skep.catalog.KernelVersion;
import dev.skep.catalog.ProgramType;
import dev.skep.isa.AluOp;
import dev.skep.isa.Code;
import dev.skep.isa.Encoder;
import dev.skep.isa.Instruction;
import dev.skep.isa.MemorySize;
import dev.skep.isa.Operand;
import dev.skep.isa.RawInstruction;
import dev.skep.isa.Width;
import dev.skep.object.Profile;
import dev.skep.object.ProgramSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Programs on a tracepoint with two arguments, of a kernel with a handful of types: how the context
 * is typed, and what loads through its pointers give. The words are Linux 6.18's.
 */
class TypedContextTest {

  private static final int INT = 1;
  private static final int VOID_POINTER = 2;
  private static final int INNER = 3;
  private static final int TASK_POINTER = 4;
  private static final int TASK = 5;
  private static final int TRACEPOINT = 11;

  private static final List<BtfType> TYPES =
      List.of(
          new BtfType.Void(),
          BtfType.Int.signed("int", 4),
          new BtfType.Ptr(0),
          new BtfType.Struct(
              "inner",
              false,
              8,
              List.of(new BtfType.Member("a", INT, 0, 0), new BtfType.Member("b", INT, 32, 0))),
          new BtfType.Ptr(TASK),
          new BtfType.Struct(
              "task_struct",
              false,
              48,
              List.of(
                  new BtfType.Member("pid", INT, 0, 0),
                  new BtfType.Member("in", INNER, 32, 0),
                  new BtfType.Member("parent", TASK_POINTER, 128, 0),
                  new BtfType.Member("comm", 6, 192, 0),
                  new BtfType.Member("name", 8, 320, 0))),
          new BtfType.Array(7, INT, 16),
          new BtfType.Int("char", 1, 8, 0, BtfType.Int.SIGNED | BtfType.Int.CHAR),
          new BtfType.Ptr(INT),
          new BtfType.FuncProto(
              INT,
              List.of(
                  new BtfType.Param("__data", VOID_POINTER),
                  new BtfType.Param("task", TASK_POINTER),
                  new BtfType.Param("flags", INT))),
          new BtfType.Ptr(9),
          new BtfType.Typedef("btf_trace_demo", 10));

  private static final Btf KERNEL =
      new Btf() {
        @Override
        public int typeCount() {
          return TYPES.size();
        }

        @Override
        public BtfType type(int id) {
          return TYPES.get(id);
        }

        @Override
        public List<Integer> idsNamed(String name) {
          return IntStream.range(1, TYPES.size())
              .filter(id -> TYPES.get(id).name().equals(name))
              .boxed()
              .toList();
        }
      };

  /** A program, where it attaches to, and a line of its log. */
  record Row(String name, int attachTo, List<Instruction> code, String words) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Instruction load(MemorySize size, int dst, int src, int off) {
    return new Instruction.Load(size, false, dst, src, off);
  }

  private static final Instruction TASK_TO_R2 = load(MemorySize.DW, 2, 1, 0);
  private static final Instruction EXIT = new Instruction.Exit();

  private static Row row(String name, String words, Instruction... code) {
    return new Row(name, TRACEPOINT, List.of(code), words);
  }

  static List<Row> accepted() {
    Instruction zero = new Instruction.Alu(Width.W64, AluOp.MOV, 0, Operand.imm(0));
    return List.of(
        row(
            "an argument's type is told",
            "func 'demo' arg0 has btf_id 5 type STRUCT 'task_struct'",
            TASK_TO_R2,
            zero,
            EXIT),
        row("an argument is trusted", "R2=trusted_ptr_task_struct()", TASK_TO_R2, zero, EXIT),
        row("a number", "R2=scalar()", load(MemorySize.DW, 2, 1, 8), zero, EXIT),
        row("a member of a member", "R0=scalar(", TASK_TO_R2, load(MemorySize.W, 0, 2, 8), EXIT),
        row(
            "a pointer that nobody vouches for",
            "R3=ptr_task_struct()",
            TASK_TO_R2,
            load(MemorySize.DW, 3, 2, 16),
            zero,
            EXIT),
        row(
            "a pointer to a number",
            "R3=rdonly_untrusted_mem(sz=0)",
            TASK_TO_R2,
            load(MemorySize.DW, 3, 2, 40),
            zero,
            EXIT),
        row("an array as bytes", "R0=scalar()", TASK_TO_R2, load(MemorySize.DW, 0, 2, 28), EXIT));
  }

  static List<Row> rejected() {
    return List.of(
        row(
            "a number is no pointer",
            "R2 invalid mem access 'scalar'",
            load(MemorySize.DW, 2, 1, 8),
            load(MemorySize.W, 0, 2, 0),
            EXIT),
        row(
            "no result at a tracepoint",
            "invalid bpf_context access off=16 size=8",
            load(MemorySize.DW, 0, 1, 16),
            EXIT),
        row(
            "half an argument",
            "invalid bpf_context access off=4 size=4",
            load(MemorySize.W, 0, 1, 4),
            EXIT),
        row(
            "half a pointer",
            "cannot access ptr member parent with moff 16 in struct task_struct with off 16 size 4",
            TASK_TO_R2,
            load(MemorySize.W, 0, 2, 16),
            EXIT),
        row(
            "beyond the structure",
            "access beyond struct task_struct at off 48 size 8",
            TASK_TO_R2,
            load(MemorySize.DW, 0, 2, 48),
            EXIT),
        row(
            "beyond an array",
            "access beyond the end of member comm (mend:40) in struct task_struct with off 36"
                + " size 8",
            TASK_TO_R2,
            load(MemorySize.DW, 0, 2, 36),
            EXIT),
        row(
            "before the structure",
            "R2 is ptr_task_struct invalid negative access: off=-4",
            TASK_TO_R2,
            load(MemorySize.W, 0, 2, -4),
            EXIT),
        row(
            "kernel structures are not written",
            "only read is supported",
            TASK_TO_R2,
            new Instruction.Store(MemorySize.W, 2, 0, Operand.imm(1)),
            EXIT),
        new Row(
            "a structure is no tracepoint",
            TASK,
            List.of(EXIT),
            "attach_btf_id 5 is not a typedef"));
  }

  private static Verdict verify(Row row) {
    var raw = new ArrayList<RawInstruction>();
    for (Instruction instruction : row.code()) {
      raw.addAll(Encoder.encode(instruction));
    }
    var program =
        ProgramSpec.builder(
                "demo", ProgramType.TRACING, Code.of(raw.toArray(RawInstruction[]::new)))
            .section("tp_btf/demo")
            .expectedAttachType(AttachType.TRACE_RAW_TP)
            .attachTarget("btf_trace_demo")
            .attachBtfId(row.attachTo())
            .kernelBtf(KERNEL)
            .build();
    return Verifier.verify(program, new Profile(KernelVersion.NEWEST, KERNEL, 2, true), 2);
  }

  @ParameterizedTest
  @MethodSource
  void accepted(Row row) {
    Verdict verdict = verify(row);
    assertInstanceOf(Verdict.Accepted.class, verdict, verdict::log);
    assertTrue(verdict.log().contains(row.words()), verdict::log);
  }

  @ParameterizedTest
  @MethodSource
  void rejected(Row row) {
    Verdict verdict = verify(row);
    var rejected = assertInstanceOf(Verdict.Rejected.class, verdict, verdict::log);
    assertEquals(row.words(), rejected.message());
  }
}
