package dev.skep.assembler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skep.catalog.AttachType;
import dev.skep.catalog.MapType;
import dev.skep.catalog.ProgramType;
import dev.skep.isa.Code;
import dev.skep.isa.Encoder;
import dev.skep.isa.Instruction;
import dev.skep.isa.RawInstruction;
import dev.skep.isa.WideKind;
import dev.skep.object.BpfObject;
import dev.skep.object.Bytes;
import dev.skep.object.MapSpec;
import dev.skep.object.ProgramSpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AssemblerTest {

  static BpfObject assemble(String text) {
    AssemblyResult result =
        Assembler.assemble(text, "lib/filter.s", AssemblyOptions.defaults(TestHelpers.INSTANCE));
    BpfObject object = result.object();
    assertNotNull(
        object, () -> result.diagnostics().stream().map(Carets::render).toList().toString());
    return object;
  }

  /** One row per form: the kernel's text, the mnemonic, and the slot in hexadecimal. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "r1 = 5                              ! mov %r1, 5                ! b701000005000000",
        "w1 += w2                            ! add32 %r1, %r2            ! 0c21000000000000",
        "r1 s>>= 3                           ! arsh %r1, 3               ! c701000003000000",
        "r1 s/= r2                           ! sdiv %r1, %r2             ! 3f21010000000000",
        "w1 s%= -5                           ! smod32 %r1, -5            ! 94010100fbffffff",
        "r1 = (s16)r2                        ! movsx1664 %r1, %r2        ! bf21100000000000",
        "w1 = (s8)w2                         ! movs32 %r1, %r2, 8        ! bc21080000000000",
        "r1 = -r1                            ! neg %r1                   ! 8701000000000000",
        "r1 = be16 r1                        ! endbe %r1, 16             ! dc01000010000000",
        "r1 = bswap64 r1                     ! swap64 %r1                ! d701000040000000",
        "r1 = *(u8 *)(r2 + 0)                ! ldxb %r1, [%r2]           ! 7121000000000000",
        "r1 = *(s32 *)(r2 -4)                ! ldxsw %r1, [%r2-4]        ! 8121fcff00000000",
        "*(u16 *)(r10 - 2) = 7               ! sth [%r10-2], 7           ! 6a0afeff07000000",
        "*(u64 *)(fp - 8) = r3               ! stxdw [%fp-8], %r3        ! 7b3af8ff00000000",
        "lock *(u32 *)(r1 + 4) ^= r2         ! lock xor32 [%r1+4], %r2   ! c3210400a0000000",
        "r2 = atomic_fetch_or((u64 *)(r1), r2) ! afor [%r1], %r2         ! db21000041000000",
        "r2 = atomic64_xchg((u64 *)(r1 +0), r2) ! lock xchg [%r1], %r2   ! db210000e1000000",
        "w0 = cmpxchg32_32(r1 + 0, w0, w2)   ! acmp32 [%r1+0], %r2       ! c3210000f1000000",
        "r2 = load_acquire((u8 *)(r1 + 4))   ! ldacqb %r2, [%r1+4]       ! d312040000010000",
        "store_release((u32 *)(r1 + 4), r2)  ! strelw [%r1+4], %r2       ! c321040010010000",
        "r0 = *(u16 *)skb[r6 + 2]            ! ldindh %r6, 2             ! 4860000002000000",
        "r0 = *(u32 *)skb[12]                ! ldabsw 12                 ! 200000000c000000",
        "r1 = addr_space_cast(r2, 0, 1)      ! addr_space_cast %r1, %r2, 0, 1 ! bf21010001000000",
        "goto -1                             ! ja -1                     ! 0500ffff00000000",
        "gotol +70000                        ! jal +70000                ! 0600000070110100",
        "if r1 s>= r2 goto +3                ! jsge %r1, %r2, +3         ! 7d21030000000000",
        "if w1 & 0x80000000 goto pc+3        ! jset32 %r1, -0x80000000, +3 ! 4601030000000080",
        "may_goto +2                         ! may_goto +2               ! e500020000000000",
        "call 5                              ! call 5                    ! 8500000005000000",
        "call pc-3                           ! call local -3             ! 85100000fdffffff",
        "call kfunc 77, 1                    ! call kfunc 77, 1          ! 852001004d000000",
        "callx r3                            ! call %r3                  ! 8d03000000000000",
        "exit                                ! exit                      ! 9500000000000000",
      })
  void everyFormInBothSyntaxes(String kernel, String mnemonic, String hex) {
    long bits = Long.reverseBytes(Long.parseUnsignedLong(hex, 16));
    RawInstruction expected = new RawInstruction(bits);
    assertEquals(
        expected, RoundTripTest.assemble(kernel.replace("fp", "%fp"), Syntax.KERNEL).at(0));
    assertEquals(expected, RoundTripTest.assemble(mnemonic, Syntax.MNEMONIC).at(0));
    assertEquals(expected, RoundTripTest.assemble(mnemonic, Syntax.AUTO).at(0));
  }

  @Test
  void labelsOfEveryKind() {
    Code code =
        RoundTripTest.assemble(
            """
            1:  r0 = 0            # local
                if r1 == 0 goto 1f
                goto 1b
            1:  goto out; r0 = 1; out: exit
                jeq %r1, 2, exit  # the last exit there is
            .L3: goto .L3
                exit
            """,
            Syntax.AUTO);
    List<Integer> offsets = List.of(0, 1, -3, 1, 0, 0, 1, -1, 0);
    for (int pc = 0; pc < offsets.size(); pc++) {
      assertEquals(offsets.get(pc), code.at(pc).offset(), "slot " + pc);
    }
  }

  @Test
  void constantsAndExpressions() {
    Code code =
        RoundTripTest.assemble(
            """
            .equ ETH, 14
            IP = ETH + 2 * 4
            r1 = IP << 1 | 1
            r2 = *(u8 *)(r1 + IP - 2)
            r3 = ~0xf & 'A'
            r4 = 0x1234 * 0x10000 ll
            """,
            Syntax.AUTO);
    assertEquals(45, code.at(0).imm());
    assertEquals(20, code.at(1).offset());
    assertEquals(0x40, code.at(2).imm());
    assertEquals(0x12340000, code.at(3).imm());
  }

  @Test
  void aWholeObject() {
    BpfObject object =
        assemble(
            """
            .license "Dual BSD/GPL"
            .map counts type=lru_hash key=4 value=8 entries=1024 flags=2 pin=name
            .map inner  type=array key=4 value=4 entries=1
            .map outer  type=array_of_maps entries=8 inner=inner slot3=inner
            .rodata
            limit: .long 100
            name:  .asciz "skep"
            .data
            .zero 4
            seen:  .quad -1
            .program ingress type=sched_cls attach=tcx_ingress section="tc/ingress"
                r1 = map[counts] ll
                r2 = limit ll
                lddw %r3, seen + 4
                r4 = name ll
                call bpf_map_lookup_elem
                call helper_function
                exit
            .program second type=xdp flags=sleepable
                r1 = outer ll
                r2 = counts ll
                r0 = 0
                exit
            .function helper_function
                r2 = callback ll
                call local deepest
                exit
            .function deepest
                exit
            .function callback
                exit
            .function unused
                exit
            """);
    assertEquals("filter", object.name());
    assertEquals("Dual BSD/GPL", object.license());
    assertEquals(
        List.of("counts", "inner", "outer", "filter.rodata", "filter.data"),
        object.maps().stream().map(MapSpec::name).toList());
    MapSpec counts = object.maps().getFirst();
    assertEquals(MapType.LRU_HASH, counts.type());
    assertEquals(2, counts.flags());
    assertTrue(counts.pinByName());
    MapSpec outer = object.map("outer").orElseThrow();
    assertEquals("inner", java.util.Objects.requireNonNull(outer.inner()).name());
    assertEquals(java.util.Map.of(3, "inner"), outer.initialSlots());
    MapSpec rodata = object.map("filter.rodata").orElseThrow();
    assertTrue(rodata.frozen());
    assertEquals(
        Bytes.of(
            (byte) 100,
            (byte) 0,
            (byte) 0,
            (byte) 0,
            (byte) 's',
            (byte) 'k',
            (byte) 'e',
            (byte) 'p',
            (byte) 0),
        rodata.initialValue());

    ProgramSpec ingress = object.program("ingress").orElseThrow();
    assertEquals(ProgramType.SCHED_CLS, ingress.type());
    assertEquals(AttachType.TCX_INGRESS, ingress.expectedAttachType());
    assertEquals("tc/ingress", ingress.section());
    assertEquals(3, ingress.maps().size());
    Code code = ingress.code();
    assertEquals(wide(1, WideKind.MAP_FD, 0, 0), code.at(0));
    assertEquals(wide(2, WideKind.MAP_VALUE, 1, 0), code.at(2));
    assertEquals(wide(3, WideKind.MAP_VALUE, 2, 8), code.at(4));
    assertEquals(8, code.at(5).imm());
    assertEquals(4, code.at(7).imm(), "offset of name");
    assertEquals(Encoder.first(new Instruction.CallHelper(1)), code.at(8));
    assertEquals(Encoder.first(new Instruction.CallLocal(1)), code.at(9));
    // helper_function at 11, callback at 15, deepest at 16
    assertEquals(wide(2, WideKind.CODE_ADDRESS, 3, 0), code.at(11));
    assertEquals(Encoder.first(new Instruction.CallLocal(2)), code.at(13));
    assertEquals(17, code.size());
    assertEquals("r2 = limit ll", ingress.lines().get(1).text());
    assertEquals(13, ingress.lines().get(1).line());

    ProgramSpec second = object.program("second").orElseThrow();
    assertEquals(ProgramSpec.F_SLEEPABLE, second.flags());
    assertEquals(List.of("outer", "counts"), second.maps().stream().map(MapSpec::name).toList());

    // And back: the object's disassembly assembles to the same programs.
    for (Syntax syntax : List.of(Syntax.KERNEL, Syntax.MNEMONIC)) {
      String text =
          Disassembler.disassemble(
              object, DisassemblyOptions.defaults(TestHelpers.INSTANCE).withSyntax(syntax));
      BpfObject back = assemble(text);
      for (ProgramSpec program : object.programs()) {
        ProgramSpec again = back.program(program.name()).orElseThrow();
        assertEquals(program.code(), again.code(), text);
        assertEquals(program.type(), again.type());
        assertEquals(untyped(program.maps()), untyped(again.maps()));
      }
    }
  }

  /** A disassembly says sizes, no types. */
  private static List<MapSpec> untyped(List<MapSpec> maps) {
    return maps.stream()
        .map(m -> m.toBuilder().btf(null).btfKeyTypeId(0).btfValueTypeId(0).build())
        .toList();
  }

  private static RawInstruction wide(int dst, WideKind kind, int imm, int next) {
    return Encoder.first(new Instruction.LoadImmediate64(dst, kind, imm, next));
  }

  @Test
  void compilerOutputAssembles() {
    BpfObject object =
        assemble(
            """
            \t.text
            \t.file\t"a.c"
            \t.section\txdp,"ax",@progbits
            \t.globl\tprog                            # -- Begin function prog
            \t.p2align\t3
            \t.type\tprog,@function
            prog:                                   # @prog
            # %bb.0:
            \tr0 = 2
            \tif r1 == 0 goto LBB0_2
            \tcall sub
            LBB0_2:
            \texit
            .Lfunc_end0:
            \t.size\tprog, .Lfunc_end0-prog
            \t.text
            \t.type\tsub,@function
            sub:
            \texit
            \t.type\t_license,@object                # @_license
            \t.section\tlicense,"aw",@progbits
            \t.globl\t_license
            _license:
            \t.asciz\t"MIT"
            \t.size\t_license, 4
            \t.addrsig
            """);
    assertEquals("MIT", object.license());
    assertEquals(List.of("prog"), object.programs().stream().map(ProgramSpec::name).toList());
    ProgramSpec prog = object.programs().getFirst();
    assertEquals("xdp", prog.section());
    assertEquals(5, prog.code().size());
    assertEquals(Encoder.first(new Instruction.CallLocal(1)), prog.code().at(2));
  }

  @Test
  void kernelFunctionsByName() {
    BpfObject object =
        assemble(
            """
            .kfunc bpf_rcu_read_lock, 123
            call bpf_rcu_read_lock
            call bpf_rcu_read_unlock#124
            exit
            """);
    ProgramSpec program = object.programs().getFirst();
    assertEquals(
        java.util.Map.of(0, "bpf_rcu_read_lock", 1, "bpf_rcu_read_unlock"), program.kfuncs());
    assertEquals(Encoder.first(new Instruction.CallKfunc(123, 0)), program.code().at(0));
    assertEquals(Encoder.first(new Instruction.CallKfunc(124, 0)), program.code().at(1));
  }

  @Test
  void sourceLinesOfAnotherLanguage() {
    ProgramSpec program =
        assemble(
                """
                .loc "prog.c", 7, 3, "int x = y;"
                r0 = 0
                exit
                """)
            .programs()
            .getFirst();
    assertEquals("prog.c", program.lines().getFirst().file());
    assertEquals(7, program.lines().getFirst().line());
    assertEquals("int x = y;", program.lines().getFirst().text());
  }
}
