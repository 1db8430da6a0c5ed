// Prints what libbpf would submit to the kernel for a BPF object, in the lines that
// `skep inspect --submitted` prints.
//
//   libbpf-submits [--btf FILE] FILE
//
// libbpf opens and loads the object as always, but its bpf(2) calls come through syscall() below:
// programs of the object are printed instead of being loaded, maps are printed and created, and
// all else (libbpf's probes of the kernel) goes on unchanged. FILE is an object, or an executable
// with objects inside. Needs the privilege to create maps.
//
// Linked statically with libbpf, so that this syscall() is the one that libbpf calls.
#define _GNU_SOURCE
#include <libgen.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "submission.h"

#define KERNEL_NAME 15

static struct bpf_object *loading;

// The program that libbpf loaded last: it loads them in their order, which tells programs apart
// whose names agree in the 15 characters that the kernel sees.
static struct bpf_program *loaded;

// Programs whose attach target this kernel lacks: they got another one, to be printed as 0.
static struct bpf_program *retargeted[256];
static int retargeted_count;

// The program of the object that is loaded by this name, or NULL if it is none of the object's.
static struct bpf_program *program_named(const char *kernel_name)
{
	struct bpf_program *program = loaded;

	while ((program = bpf_object__next_program(loading, program)))
		if (bpf_program__autoload(program) &&
		    strncmp(bpf_program__name(program), kernel_name, KERNEL_NAME) == 0)
			return program;
	return NULL;
}

static bool is_map_of_object(const char *kernel_name)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, loading) {
		const char *name = bpf_map__name(map);
		char inner[512];

		if (strncmp(name, kernel_name, KERNEL_NAME) == 0)
			return true;
		snprintf(inner, sizeof(inner), "%s.inner", name);
		if (strncmp(inner, kernel_name, KERNEL_NAME) == 0)
			return true;
	}
	return false;
}

static bool is_retargeted(const struct bpf_program *program)
{
	for (int i = 0; i < retargeted_count; i++)
		if (retargeted[i] == program)
			return true;
	return false;
}

long syscall(long number, ...)
{
	va_list list;
	long args[6];

	va_start(list, number);
	for (int i = 0; i < 6; i++)
		args[i] = va_arg(list, long);
	va_end(list);
	if (number == __NR_bpf && loading) {
		union bpf_attr *attr = (union bpf_attr *)args[1];

		if (args[0] == BPF_MAP_CREATE && is_map_of_object(attr->map_name))
			return create_map(attr, (size_t)args[2]);
		if (args[0] == BPF_PROG_LOAD) {
			struct bpf_program *program = program_named(attr->prog_name);

			if (program) {
				loaded = program;
				return load_program(attr, is_retargeted(program) ? 0 : attr->attach_btf_id);
			}
		}
		if (args[0] == BPF_PROG_BIND_MAP)
			return 0; // there is no program to bind it to
	}
	return kernel_call(number, args[0], args[1], args[2], args[3], args[4], args[5]);
}

// A target that this kernel lacks would end the load: give it one that is there.
static void retarget(struct bpf_object *object)
{
	struct bpf_program *program;

	retargeted_count = 0;
	bpf_object__for_each_program(program, object) {
		enum bpf_attach_type type = bpf_program__expected_attach_type(program);
		const char *slash = strchr(bpf_program__section_name(program), '/');
		const char *instead = type == BPF_TRACE_ITER ? "task" :
				      type == BPF_TRACE_RAW_TP ? "sched_switch" : "vfs_read";

		if (bpf_program__type(program) != BPF_PROG_TYPE_TRACING || !slash ||
		    libbpf_find_vmlinux_btf_id(slash + 1, type) > 0 || retargeted_count == 256)
			continue;
		bpf_program__set_attach_target(program, 0, instead);
		retargeted[retargeted_count++] = program;
	}
}

static int submit(const void *bytes, size_t size, const char *name, const char *btf)
{
	LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = name, .btf_custom_path = btf,
		    .pin_root_path = "/nonexistent");
	struct bpf_object *object = bpf_object__open_mem(bytes, size, &options);
	struct bpf_map *map;
	int result;

	if (!object) {
		printf("# error: libbpf cannot open it: %s\n", strerror(errno));
		return 1;
	}
	bpf_object__for_each_map(map, object)
		bpf_map__set_pin_path(map, NULL);
	retarget(object);
	loaded = NULL;
	loading = object;
	result = bpf_object__load(object);
	loading = NULL;
	if (result)
		printf("# error: libbpf cannot load it: %s\n", strerror(-result));
	bpf_object__close(object);
	return result != 0;
}

static int print_warnings(enum libbpf_print_level level, const char *format, va_list args)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, format, args) : 0;
}

// Where a BPF object starts at or after a place: 64-bit, little-endian, relocatable, for BPF.
static const uint8_t *find_object(const uint8_t *from, const uint8_t *end)
{
	static const uint8_t head[] = {0x7f, 'E', 'L', 'F', 2, 1};
	static const uint8_t type_and_machine[] = {1, 0, 247, 0};

	for (; from && end - from >= 64; from++) {
		from = memmem(from, end - from, head, sizeof(head));
		if (from && end - from >= 64 && memcmp(from + 16, type_and_machine, 4) == 0)
			return from;
		if (!from)
			break;
	}
	return NULL;
}

int main(int count, char **words)
{
	const char *btf = NULL;
	int at = 1;

	if (count > 2 && strcmp(words[1], "--btf") == 0) {
		btf = words[2];
		at = 3;
	}
	if (at != count - 1) {
		fprintf(stderr, "usage: libbpf-submits [--btf FILE] FILE\n");
		return 2;
	}
	const char *file = words[at];
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	struct stat status;
	if (fd < 0 || fstat(fd, &status) != 0) {
		perror(file);
		return 3;
	}
	const uint8_t *bytes = mmap(NULL, status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED) {
		perror(file);
		return 3;
	}
	libbpf_set_print(print_warnings);
	printf("# libbpf %u.%u\n", libbpf_major_version(), libbpf_minor_version());

	// libbpf's own name for the object of a file; a skeleton's is NAME_bpf.
	char *copy = strdup(file);
	char name[64];
	snprintf(name, 16, "%s", basename(copy));
	name[strcspn(name, ".")] = 0;
	bool is_object = find_object(bytes, bytes + status.st_size) == bytes;
	if (!is_object)
		strcat(name, "_bpf");
	name[15] = 0;

	int failures = 0;
	int number = 0;
	const uint8_t *end = bytes + status.st_size;
	for (const uint8_t *o = find_object(bytes, end); o; o = find_object(o + 64, end)) {
		printf("object %s %d\n", file, ++number);
		failures += submit(o, end - o, name, btf);
		if (is_object)
			break;
	}
	free(copy);
	return failures ? 1 : 0;
}
