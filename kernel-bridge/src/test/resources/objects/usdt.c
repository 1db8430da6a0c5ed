// SPDX-License-Identifier: Apache-2.0
// A program with a marker for tracers, as <sys/sdt.h> would write it: called three times, with 1 to
// 3 as its argument. Ends with how many tracers its counter says there are.
typedef unsigned long u64;
typedef unsigned short u16;

__attribute__((section(".probes"), used)) volatile u16 counter;

__attribute__((noinline)) static void mark(u64 number)
{
  __asm__ volatile(
      "990: nop\n"
      ".pushsection .note.stapsdt,\"?\",\"note\"\n"
      ".balign 4\n"
      ".4byte 992f-991f, 994f-993f, 3\n"
      "991: .asciz \"stapsdt\"\n"
      "992: .balign 4\n"
      "993: .8byte 990b\n"
      ".8byte _.stapsdt.base\n"
      ".8byte counter\n"
      ".asciz \"skep\"\n"
      ".asciz \"round\"\n"
      ".asciz \"8@%0\"\n"
      "994: .balign 4\n"
      ".popsection\n"
      ".pushsection .stapsdt.base,\"aG\",\"progbits\",.stapsdt.base,comdat\n"
      ".weak _.stapsdt.base\n"
      ".hidden _.stapsdt.base\n"
      "_.stapsdt.base: .space 1\n"
      ".size _.stapsdt.base, 1\n"
      ".popsection\n" ::"r"(number));
}

void _start(void)
{
  for (u64 i = 1; i <= 3; i++)
    mark(i);
  __asm__ volatile("syscall" ::"a"(60L), "D"((long)counter));
  __builtin_unreachable();
}
