// The lines of `skep inspect --submitted`, printed of the bpf(2) calls that a loader makes.
#ifndef SKEP_SUBMISSION_H
#define SKEP_SUBMISSION_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include <linux/bpf.h>

static long kernel_call(long number, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	if (result < 0 && result > -4096) {
		errno = (int)-result;
		return -1;
	}
	return result;
}

static long bpf_call(int command, union bpf_attr *attr, size_t size)
{
	return kernel_call(__NR_bpf, command, (long)attr, (long)size, 0, 0, 0);
}

// Prints a map and creates it, with sizes that a kernel takes where the object leaves them open.
static long create_map(union bpf_attr *attr, size_t size)
{
	bool has_extra = size >= offsetof(union bpf_attr, map_extra) + sizeof(attr->map_extra);

	printf("map %.15s type %u key %u value %u entries %u flags 0x%x extra %llu ids %u %u\n",
	       attr->map_name, attr->map_type, attr->key_size, attr->value_size,
	       attr->max_entries, attr->map_flags,
	       has_extra ? (unsigned long long)attr->map_extra : 0ULL, attr->btf_key_type_id,
	       attr->map_type == BPF_MAP_TYPE_STRUCT_OPS ? attr->btf_vmlinux_value_type_id
							 : attr->btf_value_type_id);
	switch (attr->map_type) {
	case BPF_MAP_TYPE_SK_STORAGE:
	case BPF_MAP_TYPE_INODE_STORAGE:
	case BPF_MAP_TYPE_TASK_STORAGE:
	case BPF_MAP_TYPE_STRUCT_OPS:
	case 32: // BPF_MAP_TYPE_CGRP_STORAGE
		break;
	case BPF_MAP_TYPE_RINGBUF:
		if (attr->max_entries == 0)
			attr->max_entries = 4096;
		break;
	case BPF_MAP_TYPE_STACK_TRACE:
		if (attr->value_size == 0)
			attr->value_size = 127 * 8;
		// fall through
	default:
		if (attr->max_entries == 0)
			attr->max_entries = 1;
	}
	long fd = bpf_call(BPF_MAP_CREATE, attr, size);
	if (fd < 0)
		fprintf(stderr, "map %s: %s\n", attr->map_name, strerror(errno));
	return fd;
}

static void print_map_of(int fd)
{
	struct bpf_map_info info = {0};
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.info.bpf_fd = fd;
	attr.info.info = (uintptr_t)&info;
	attr.info.info_len = sizeof(info);
	printf(" %s", bpf_call(BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr)) == 0 ? info.name : "?");
}

static void print_instructions(const struct bpf_insn *instructions, unsigned count)
{
	bool second = false;

	for (unsigned pc = 0; pc < count; pc++) {
		struct bpf_insn insn = instructions[pc];
		bool wide = !second && insn.code == (BPF_LD | BPF_IMM | BPF_DW);
		bool of_map = wide && (insn.src_reg == BPF_PSEUDO_MAP_FD ||
				       insn.src_reg == BPF_PSEUDO_MAP_VALUE);
		int fd = insn.imm;
		uint64_t bits;

		if (of_map)
			insn.imm = 0;
		memcpy(&bits, &insn, sizeof(bits));
		printf("%4u %016llx", pc, (unsigned long long)bits);
		if (of_map)
			print_map_of(fd);
		putchar('\n');
		second = wide;
	}
}

// Prints a program; an open file stands for the program that libbpf believes to have loaded.
static long load_program(const union bpf_attr *attr, unsigned attach_btf_id)
{
	const char *functions = (const char *)(uintptr_t)attr->func_info;
	const char *lines = (const char *)(uintptr_t)attr->line_info;

	printf("prog %.15s type %u attach %u flags 0x%x btf %u license %s insns %u\n",
	       attr->prog_name, attr->prog_type, attr->expected_attach_type, attr->prog_flags,
	       attach_btf_id,
	       (const char *)(uintptr_t)attr->license, attr->insn_cnt);
	print_instructions((const struct bpf_insn *)(uintptr_t)attr->insns, attr->insn_cnt);
	for (unsigned i = 0; i < attr->func_info_cnt; i++) {
		const struct bpf_func_info *f = (const void *)(functions + i * attr->func_info_rec_size);
		printf("func %u %u\n", f->insn_off, f->type_id);
	}
	for (unsigned i = 0; i < attr->line_info_cnt; i++) {
		const struct bpf_line_info *l = (const void *)(lines + i * attr->line_info_rec_size);
		printf("line %u %u:%u\n", l->insn_off, l->line_col >> 10, l->line_col & 1023);
	}
	return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

#endif
