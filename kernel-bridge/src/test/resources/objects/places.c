// SPDX-License-Identifier: Apache-2.0
// A program with one marker at two places, one written with <sys/sdt.h>; its arguments are in
// registers, in memory, and constants. Ends with how many tracers its counter says there are.
#define _SDT_HAS_SEMAPHORES 1
#include <sys/sdt.h>

__attribute__((section(".probes"), used)) volatile unsigned short skep_place_semaphore;

struct numbers {
  long big;
  signed char small;
  unsigned short table[4];
};

__attribute__((noinline)) static void first(int number, struct numbers *numbers)
{
  STAP_PROBE4(skep, place, number, numbers->big, numbers->small, 7);
}

// As another compiler would have it: arguments in registers of all widths, and behind one.
__attribute__((noinline)) static void second(unsigned char number, struct numbers *numbers)
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
      ".8byte skep_place_semaphore\n"
      ".asciz \"skep\"\n"
      ".asciz \"place\"\n"
      ".asciz \"1@%b0 2@14(%1) -4@$-3 -8@%2\"\n"
      "994: .balign 4\n"
      ".popsection\n" ::"r"(number),
      "r"(numbers), "r"(numbers->big));
}

__attribute__((force_align_arg_pointer)) void _start(void)
{
  struct numbers numbers = {0x123456789abcdefL, -100, {1, 2, 60000, 4}};

  __asm__ volatile("" ::"r"(&numbers) : "memory");
  first(-5, &numbers);
  second(200, &numbers);
  first(6, &numbers);
  __asm__ volatile("syscall" ::"a"(60L), "D"((long)skep_place_semaphore));
  __builtin_unreachable();
}
