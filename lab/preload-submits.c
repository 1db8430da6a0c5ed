// Prints what a loader would submit to the kernel, in the lines of `skep inspect --submitted`:
//
//   cc -shared -fPIC -o preload-submits.so preload-submits.c
//   LD_PRELOAD=./preload-submits.so LOADER …
//
// For loaders that link libbpf dynamically but read objects themselves, such as ir-keytable. Maps
// are created; programs are printed, and never reach the kernel. The device that the loader wants to
// attach them to may be any file: ioctl() always succeeds, and says that it decodes infrared.
#define _GNU_SOURCE
#include <stdarg.h>
#include <linux/lirc.h>
#include <unistd.h>

#include "submission.h"

long syscall(long number, ...)
{
	va_list list;
	long args[6];

	va_start(list, number);
	for (int i = 0; i < 6; i++)
		args[i] = va_arg(list, long);
	va_end(list);
	if (number == __NR_bpf) {
		union bpf_attr *attr = (union bpf_attr *)args[1];

		// Without a name it is one of libbpf's probes.
		if (args[0] == BPF_MAP_CREATE && attr->map_name[0] && strncmp(attr->map_name, "libbpf_", 7) != 0)
			return create_map(attr, (size_t)args[2]);
		if (args[0] == BPF_PROG_LOAD && attr->prog_name[0] && strncmp(attr->prog_name, "libbpf_", 7) != 0)
			return load_program(attr, attr->attach_btf_id);
		if (args[0] == BPF_PROG_ATTACH)
			return 0;
	}
	return kernel_call(number, args[0], args[1], args[2], args[3], args[4], args[5]);
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list list;

	(void)fd;
	va_start(list, request);
	if (request == LIRC_GET_FEATURES)
		*va_arg(list, uint32_t *) = LIRC_CAN_REC_MODE2;
	va_end(list);
	return 0;
}
