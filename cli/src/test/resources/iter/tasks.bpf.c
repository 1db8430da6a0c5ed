// SPDX-License-Identifier: Apache-2.0
// Prints each task's number and name.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

struct seq_file;

struct task_struct {
  int pid;
  char comm[16];
} __attribute__((preserve_access_index));

struct bpf_iter_meta {
  struct seq_file *seq;
} __attribute__((preserve_access_index));

struct bpf_iter__task {
  struct bpf_iter_meta *meta;
  struct task_struct *task;
} __attribute__((preserve_access_index));

SEC("iter/task")
int tasks(struct bpf_iter__task *ctx)
{
  struct task_struct *task = ctx->task;
  static const char format[] = "%d %s\n";
  __u64 values[2];

  if (!task)
    return 0;
  values[0] = task->pid;
  values[1] = (__u64)task->comm;
  bpf_seq_printf(ctx->meta->seq, format, sizeof(format), values, sizeof(values));
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
