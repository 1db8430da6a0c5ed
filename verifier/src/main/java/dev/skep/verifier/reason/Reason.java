package dev.skep.verifier.reason;

/**
 * Why Linux refuses a program: each constant is a rule, with a cause and an advice that hold for
 * every program that it refuses. What is particular to one program is its {@link Evidence}.
 *
 * <p>The kernel's messages are many more than the causes; a cause is given beside each of them
 * where it is said.
 */
public enum Reason {

  // What registers hold.
  UNINITIALISED(
      "uninitialised",
      Category.REGISTER_TYPE_SAFETY,
      "the register is read here, but on this path nothing was put into it",
      "give the variable a value on every path that leads here; after a call r1 to r5"
          + " hold nothing"),
  FRAME_POINTER_WRITE(
      "frame-pointer-write",
      Category.REGISTER_TYPE_SAFETY,
      "r10 is the frame pointer, which can only be read",
      "copy it to another register and change the copy"),
  NOT_A_POINTER(
      "not-a-pointer",
      Category.REGISTER_TYPE_SAFETY,
      "what is dereferenced here is a number for the verifier, no pointer to known memory",
      "keep the pointer unchanged on every path that leads here, or read kernel memory"
          + " with bpf_probe_read_kernel"),
  NULL_CHECK(
      "null-check",
      Category.REGISTER_TYPE_SAFETY,
      "the pointer may be NULL here",
      "test the pointer before it is used: if (!p) return ...;"),
  NULL_ARITHMETIC(
      "null-arithmetic",
      Category.REGISTER_TYPE_SAFETY,
      "the pointer is moved before it was tested against NULL",
      "test the pointer first, and add the offset afterwards"),
  POINTER_KIND(
      "pointer-kind",
      Category.REGISTER_TYPE_SAFETY,
      "memory cannot be read or written through a pointer of this kind",
      "give the pointer to a helper or kernel function that is made for its kind"),
  MOVED_POINTER(
      "moved-pointer",
      Category.REGISTER_TYPE_SAFETY,
      "a pointer of this kind must be used as it was given, but it was moved",
      "keep the unchanged pointer in a variable of its own and use that here"),
  MOVED_CONTEXT(
      "moved-context",
      Category.REGISTER_TYPE_SAFETY,
      "the context pointer was moved before it was used",
      "access ctx->field directly, so that the offset is part of the instruction"),
  POINTER_OPERATOR(
      "pointer-operator",
      Category.REGISTER_TYPE_SAFETY,
      "this operator cannot be applied to a pointer: only adding and subtracting a number" + " can",
      "compute the offset as a number first, and add it to the pointer once"),
  POINTER_32_BIT(
      "pointer-32-bit",
      Category.REGISTER_TYPE_SAFETY,
      "32-bit arithmetic on a pointer would lose half of it",
      "use 64-bit types for what is added to a pointer, and for the pointer itself"),
  FIXED_POINTER(
      "fixed-pointer",
      Category.REGISTER_TYPE_SAFETY,
      "a pointer of this kind cannot be moved",
      "use the pointer as it is"),
  POINTER_PAIR(
      "pointer-pair",
      Category.REGISTER_TYPE_SAFETY,
      "both operands are pointers",
      "combine a pointer with a number only"),
  SCALAR_MINUS_POINTER(
      "scalar-minus-pointer",
      Category.REGISTER_TYPE_SAFETY,
      "a pointer is subtracted from a number",
      "swap the operands: only a number can be subtracted from a pointer"),
  STACK_SUBTRACTION(
      "stack-subtraction",
      Category.REGISTER_TYPE_SAFETY,
      "something is subtracted from a pointer to the stack",
      "add a negative number instead"),
  POINTER_OFFSET(
      "pointer-offset",
      Category.REGISTER_TYPE_SAFETY,
      "the pointer would be moved too far: the number is not bounded, or beyond 2^29" + " bytes",
      "bound the number from below and above before it is added: if (i >= N) return ...;"),
  MIXED_POINTERS(
      "mixed-pointers",
      Category.REGISTER_TYPE_SAFETY,
      "this one instruction is reached with pointers of kinds for which Linux generates"
          + " different code",
      "give each kind an access of its own, with a barrier between that keeps the"
          + " compiler from merging them"),
  SPILL_SIZE(
      "spill-size",
      Category.REGISTER_TYPE_SAFETY,
      "a pointer is put on the stack, or taken from it, in parts",
      "store and load pointers as a whole, with 64 bits"),
  STACK_ESCAPE(
      "stack-escape",
      Category.REGISTER_TYPE_SAFETY,
      "a pointer to this function's stack would be left to its caller",
      "let the caller own the memory and pass a pointer to it"),

  // Where memory is accessed.
  PACKET_BOUNDS(
      "packet-bounds",
      Category.MEMORY_SAFETY,
      "the packet may be shorter than what is read or written here",
      "compare with data_end first: if (p + size > data_end) return ...;"),
  OUT_OF_BOUNDS(
      "out-of-bounds",
      Category.MEMORY_SAFETY,
      "the access lies outside of the memory that the pointer points to",
      "use an offset and a size that lie inside"),
  VALUE_BOUNDS(
      "value-bounds",
      Category.MEMORY_SAFETY,
      "the index may lie outside of the memory that is accessed",
      "bound the index before the access, from below and above, and in a way the compiler"
          + " keeps: if (i >= N) return ...; with an unsigned i"),
  NEGATIVE_INDEX(
      "negative-index",
      Category.MEMORY_SAFETY,
      "the index may be negative",
      "use an unsigned index, or test it first: if (i < 0) return ...;"),
  UNBOUNDED_INDEX(
      "unbounded-index",
      Category.MEMORY_SAFETY,
      "nothing bounds the index from above",
      "compare it before the access: if (i >= N) return ...; or mask it: i &= N - 1"),
  NEGATIVE_SIZE(
      "negative-size",
      Category.MEMORY_SAFETY,
      "the size given to the call may be negative",
      "use an unsigned size, or bound it from below first"),
  ZERO_SIZE(
      "zero-size",
      Category.MEMORY_SAFETY,
      "the size given to the call may be 0, which it does not take",
      "test the size first: if (n == 0) return ...;"),
  UNBOUNDED_SIZE(
      "unbounded-size",
      Category.MEMORY_SAFETY,
      "nothing bounds the size given to the call from above",
      "bound the size first: if (n > sizeof(buffer)) n = sizeof(buffer);"),
  STACK_BOUNDS(
      "stack-bounds",
      Category.MEMORY_SAFETY,
      "the access lies outside of the function's 512 bytes of stack",
      "move large buffers into a per-CPU array map, and check the offset"),
  STACK_INDEX(
      "stack-index",
      Category.MEMORY_SAFETY,
      "the index into an array on the stack may lie outside of the stack",
      "bound the index before the access, from below and above"),
  STACK_CONSTANT_OFFSET(
      "stack-constant-offset",
      Category.MEMORY_SAFETY,
      "this access to the stack needs an offset that is known",
      "copy the element to a variable of its own first"),
  UNINITIALISED_STACK(
      "uninitialised-stack",
      Category.MEMORY_SAFETY,
      "what is read here from the stack was not written on every path that leads here",
      "give the variable a value when it is declared, and fill padding too:" + " __builtin_memset"),
  STACK_OBJECT(
      "stack-object",
      Category.MEMORY_SAFETY,
      "the stack holds an object of the kernel here, which is no plain data: a dynptr, an"
          + " iterator, saved flags",
      "use the object's own functions, and other stack for data"),
  MISALIGNED(
      "misaligned",
      Category.MEMORY_SAFETY,
      "the address is not a multiple of the access's size",
      "keep data aligned to its size, or access it byte by byte"),
  READ_ONLY(
      "read-only",
      Category.MEMORY_SAFETY,
      "what the pointer points to can only be read",
      "copy it to the stack or into a map and change the copy"),
  PACKET_READ_ONLY(
      "packet-read-only",
      Category.MEMORY_SAFETY,
      "programs of this type may not write into the packet",
      "use a helper that this type has for changing packets, or another program type"),
  MAP_PERMISSION(
      "map-permission",
      Category.MEMORY_SAFETY,
      "the map was created so that programs may not access it this way",
      "leave the map alone, or create it without BPF_F_RDONLY_PROG and BPF_F_WRONLY_PROG"),
  CONTEXT_ACCESS(
      "context-access",
      Category.MEMORY_SAFETY,
      "the context has no field that can be accessed this way for this program type",
      "use the fields and sizes of the context structure in linux/bpf.h"),
  CONTEXT_ARGUMENT(
      "context-argument",
      Category.MEMORY_SAFETY,
      "what the program attaches to has no argument that can be read this way",
      "read the arguments that the target's prototype has, as 64-bit values: BPF_PROG" + " does"),
  STRUCTURE_ACCESS(
      "structure-access",
      Category.MEMORY_SAFETY,
      "the structure has no field that can be accessed this way",
      "use the fields and sizes of the structure in linux/bpf.h"),
  BUFFER_OFFSET(
      "buffer-offset",
      Category.MEMORY_SAFETY,
      "a buffer whose size is known at run time only can be accessed at constant offsets"
          + " from its start only",
      "use a constant offset"),
  KERNEL_STRUCT(
      "kernel-struct",
      Category.MEMORY_SAFETY,
      "the kernel's structure has no field there that can be read with this size",
      "read one whole field at a time, by CO-RE: BPF_CORE_READ or a field of a"
          + " preserve_access_index structure"),
  KERNEL_STRUCT_OFFSET(
      "kernel-struct-offset",
      Category.MEMORY_SAFETY,
      "the offset into a kernel structure must be a known number that is not negative",
      "access fields by their names, or use bpf_probe_read_kernel"),
  KERNEL_STRUCT_WRITE(
      "kernel-struct-write",
      Category.MEMORY_SAFETY,
      "this structure of the kernel, or this field of it, cannot be written",
      "use a helper or kernel function that changes it"),
  USER_MEMORY(
      "user-memory",
      Category.MEMORY_SAFETY,
      "the pointer points into user space",
      "use bpf_probe_read_user, or bpf_copy_from_user in a sleepable program"),
  PERCPU_MEMORY(
      "percpu-memory",
      Category.MEMORY_SAFETY,
      "the pointer stands for one variable of each CPU",
      "take this CPU's by bpf_this_cpu_ptr, or another's by bpf_per_cpu_ptr"),
  SPECIAL_FIELD(
      "special-field",
      Category.MEMORY_SAFETY,
      "the access touches a field that only the kernel may change",
      "access the bytes before and after the field, and leave the field to its own" + " functions"),
  KPTR_ACCESS(
      "kptr-access",
      Category.MEMORY_SAFETY,
      "a pointer that is kept in a map can only be accessed as a whole, at its own place",
      "load or store all of its 64 bits by a plain load or store"),
  KPTR_STORE(
      "kptr-store",
      Category.MEMORY_SAFETY,
      "a field that owns what it points to cannot be overwritten",
      "exchange the pointer with bpf_kptr_xchg"),
  KPTR_TYPE(
      "kptr-type",
      Category.MEMORY_SAFETY,
      "the pointer is not of the kind that the field holds",
      "store a pointer of the field's own type, as the acquiring function gave it"),
  ATOMIC_MEMORY(
      "atomic-memory",
      Category.MEMORY_SAFETY,
      "atomic operations do not work on this kind of memory",
      "use a map's value or the stack"),

  // What is acquired and given back.
  REFERENCE_LEAK(
      "reference-leak",
      Category.RESOURCE_LIFETIME_SAFETY,
      "something that was acquired is not given back on this path",
      "call the releasing function on every path, also on early returns"),
  NOT_ACQUIRED(
      "not-acquired",
      Category.RESOURCE_LIFETIME_SAFETY,
      "what is given back here is not owned: it was never acquired, or is given back" + " already",
      "give back once what the acquiring function returned, unchanged"),
  NOT_OWNED(
      "not-owned",
      Category.RESOURCE_LIFETIME_SAFETY,
      "the object does not belong to the program at this point",
      "use the pointer that bpf_obj_new, a removal or bpf_kptr_xchg gave, before it is"
          + " handed on"),
  RELEASED_ARGUMENT(
      "released-argument",
      Category.RESOURCE_LIFETIME_SAFETY,
      "the argument may be released already",
      "use the argument before it is released"),
  DYNPTR_UNINITIALISED(
      "dynptr-uninitialised",
      Category.RESOURCE_LIFETIME_SAFETY,
      "there is no dynptr here that could be used",
      "initialise the dynptr on every path that leads here, and use it before it is" + " released"),
  DYNPTR_INITIALISED(
      "dynptr-initialised",
      Category.RESOURCE_LIFETIME_SAFETY,
      "there is a dynptr here already, or no place for one",
      "give each dynptr 16 bytes of stack of its own, aligned to 8"),
  DYNPTR_OVERWRITE(
      "dynptr-overwrite",
      Category.RESOURCE_LIFETIME_SAFETY,
      "the write would destroy a dynptr that is in use",
      "release it first, or write elsewhere"),
  DYNPTR_CONST(
      "dynptr-const",
      Category.RESOURCE_LIFETIME_SAFETY,
      "the dynptr was given to the program to be read only",
      "copy it with bpf_dynptr_clone, or leave it as it is"),
  ITERATOR_UNINITIALISED(
      "iterator-uninitialised",
      Category.RESOURCE_LIFETIME_SAFETY,
      "there is no iterator here that could be used",
      "call the iterator's _new function on every path that leads here, and _destroy"
          + " after the last use"),
  ITERATOR_INITIALISED(
      "iterator-initialised",
      Category.RESOURCE_LIFETIME_SAFETY,
      "there is an iterator here already, or no place for one",
      "give each iterator stack of its own, and destroy it before it is made anew"),
  IRQ_FLAG(
      "irq-flag",
      Category.RESOURCE_LIFETIME_SAFETY,
      "the argument is not the saved interrupt state that this function needs",
      "save into 8 bytes of stack that hold none, and restore from those"),
  IRQ_ORDER(
      "irq-order",
      Category.RESOURCE_LIFETIME_SAFETY,
      "saved interrupt state is restored out of order, or by another kind of function",
      "restore what was saved last first, with the function that belongs to the one that"
          + " saved it"),
  LOCK_DEADLOCK(
      "lock-deadlock",
      Category.RESOURCE_LIFETIME_SAFETY,
      "the lock is held already",
      "give the lock back before it is taken again"),
  UNLOCK_WITHOUT_LOCK(
      "unlock-without-lock",
      Category.RESOURCE_LIFETIME_SAFETY,
      "no lock is held here",
      "take the lock on every path that leads here"),
  UNLOCK_OTHER(
      "unlock-other",
      Category.RESOURCE_LIFETIME_SAFETY,
      "the lock that is given back is not one that is held",
      "give back the lock that was taken, through the same pointer"),
  UNLOCK_ORDER(
      "unlock-order",
      Category.RESOURCE_LIFETIME_SAFETY,
      "locks are given back out of order",
      "give back the lock that was taken last first"),

  // What calls are given and give back.
  ARGUMENT_TYPE(
      "argument-type",
      Category.CALL_TYPE_SAFETY,
      "the argument is not of a kind that the function takes",
      "pass a value of one of the listed kinds"),
  NULL_ARGUMENT(
      "null-argument",
      Category.CALL_TYPE_SAFETY,
      "the argument may be NULL here, which the function does not take",
      "test the pointer before the call: if (!p) return ...;"),
  ARGUMENT_STRUCT(
      "argument-struct",
      Category.CALL_TYPE_SAFETY,
      "the argument points to another structure than the function takes",
      "pass a pointer to the listed structure"),
  CONSTANT_ARGUMENT(
      "constant-argument",
      Category.CALL_TYPE_SAFETY,
      "the argument must be a number that is known when the program is loaded",
      "pass a constant, the same on every path that leads to this call"),
  UNTRUSTED_ARGUMENT(
      "untrusted-argument",
      Category.CALL_TYPE_SAFETY,
      "the function takes only pointers that are sure to be valid, and this one is not",
      "pass a pointer that was acquired, or one of the program's own arguments, as it was"
          + " given"),
  RCU_ARGUMENT(
      "rcu-argument",
      Category.CALL_TYPE_SAFETY,
      "the function takes only pointers that are protected by RCU, and this one is not",
      "use the pointer between bpf_rcu_read_lock and bpf_rcu_read_unlock"),
  STRING_ARGUMENT(
      "string-argument",
      Category.CALL_TYPE_SAFETY,
      "the argument must be a constant string in read-only data that ends with a zero",
      "use a string literal, or a static const char array"),
  MAP_ARGUMENT(
      "map-argument",
      Category.CALL_TYPE_SAFETY,
      "the function does not work on a map of this type",
      "use a map type that the function is made for"),
  MAP_MISMATCH(
      "map-mismatch",
      Category.CALL_TYPE_SAFETY,
      "the two arguments belong to different maps",
      "take the field and the map from the same look-up"),
  MAP_TYPES(
      "map-types",
      Category.CALL_TYPE_SAFETY,
      "the map has no types, which this function needs to find its field",
      "declare the map with __type(value, struct ...) and compile with -g"),
  MAP_FIELD(
      "map-field",
      Category.CALL_TYPE_SAFETY,
      "the pointer does not point to the field that the function works on",
      "pass the address of that very member of the map's value or object"),
  PACKET_ARGUMENT(
      "packet-argument",
      Category.CALL_TYPE_SAFETY,
      "the function may not be given a pointer into the packet in this type of program",
      "copy the bytes to the stack first and pass that"),
  TWO_REFERENCES(
      "two-references",
      Category.CALL_TYPE_SAFETY,
      "two arguments own something, and the function takes one such",
      "release one of them first"),
  RELEASE_ARGUMENT(
      "release-argument",
      Category.CALL_TYPE_SAFETY,
      "the releasing function must be given what was acquired",
      "pass what the acquiring function returned, tested against NULL"),
  DYNPTR_POINTER(
      "dynptr-pointer",
      Category.CALL_TYPE_SAFETY,
      "the argument is no pointer to a dynptr",
      "pass the address of a struct bpf_dynptr on the stack"),
  DYNPTR_TYPE(
      "dynptr-type",
      Category.CALL_TYPE_SAFETY,
      "the dynptr is of another type than the function takes",
      "pass a dynptr of the listed type"),
  DYNPTR_MEMORY(
      "dynptr-memory",
      Category.CALL_TYPE_SAFETY,
      "a dynptr cannot be made of this kind of memory",
      "use a map's value"),
  ITERATOR_POINTER(
      "iterator-pointer",
      Category.CALL_TYPE_SAFETY,
      "the argument is no pointer to an iterator on the stack",
      "pass the address of a local variable of the iterator's type"),
  GRAPH_NODE(
      "graph-node",
      Category.CALL_TYPE_SAFETY,
      "the argument is not the list or tree, or the node, that the function needs",
      "pass the member itself, of the structure that __contains names"),
  REFCOUNT_ARGUMENT(
      "refcount-argument",
      Category.CALL_TYPE_SAFETY,
      "the argument is no object that counts its references",
      "pass a pointer to an object whose structure has a struct bpf_refcount"),
  OBJECT_TYPE(
      "object-type",
      Category.CALL_TYPE_SAFETY,
      "objects of this type cannot be allocated this way",
      "pass bpf_core_type_id_local(struct ...) of a structure that the function takes"),
  GLOBAL_ARGUMENT(
      "global-argument",
      Category.CALL_TYPE_SAFETY,
      "the call does not fit the prototype of the global function",
      "pass what the prototype says; pointers must be non-NULL only where the function"
          + " says __arg_nonnull"),
  GLOBAL_PROTOTYPE(
      "global-prototype",
      Category.CALL_TYPE_SAFETY,
      "the verifier cannot check a global function with this prototype",
      "use supported argument types, or make the function static"),
  KFUNC_PROTOTYPE(
      "kfunc-prototype",
      Category.CALL_TYPE_SAFETY,
      "the verifier cannot check a call of a kernel function with this prototype",
      "use another function"),
  READ_ONLY_CAST(
      "read-only-cast",
      Category.CALL_TYPE_SAFETY,
      "bpf_rdonly_cast cannot make a pointer to this type",
      "pass bpf_core_type_id_kernel(struct ...)"),
  RETURN_VALUE(
      "return-value",
      Category.CALL_TYPE_SAFETY,
      "the program's result is not one that this program type may return",
      "return one of the values that the attach type defines on every path"),
  RETURN_KIND(
      "return-kind",
      Category.CALL_TYPE_SAFETY,
      "the result is not a number that is known to the verifier",
      "return a number on every path"),
  CALLBACK_RETURN(
      "callback-return",
      Category.CALL_TYPE_SAFETY,
      "the callback's result is not one that its caller expects",
      "return one of the listed values on every path of the callback"),
  STORAGE_FLAGS(
      "storage-flags", Category.CALL_TYPE_SAFETY, "bpf_get_local_storage takes no flags", "pass 0"),
  SKB_REGISTER(
      "skb-register",
      Category.CALL_TYPE_SAFETY,
      "legacy packet loads need the context in r6",
      "move the context to r6 before the load"),

  // Locks, sections, sleeping.
  CALL_UNDER_LOCK(
      "call-under-lock",
      Category.EXECUTION_CONTEXT_SAFETY,
      "no such call is possible while a spin lock is held",
      "make the call before the lock is taken, or after it is given back"),
  LOCK_HELD(
      "lock-held",
      Category.EXECUTION_CONTEXT_SAFETY,
      "a spin lock is still held here",
      "give the lock back on every path that leads here"),
  OPEN_SECTION(
      "open-section",
      Category.EXECUTION_CONTEXT_SAFETY,
      "a section without RCU grace periods, preemption or interrupts is still open here",
      "end the section on every path that leads here"),
  UNMATCHED_SECTION(
      "unmatched-section",
      Category.EXECUTION_CONTEXT_SAFETY,
      "the section that ends here was not begun, or one begins that is open already",
      "pair the functions on every path"),
  NOT_SLEEPABLE(
      "not-sleepable",
      Category.EXECUTION_CONTEXT_SAFETY,
      "the call may sleep, and the program was not loaded as one that may",
      "use a section of sleepable programs, such as SEC(\"fentry.s/...\"), or another"
          + " function"),
  SLEEP_IN_SECTION(
      "sleep-in-section",
      Category.EXECUTION_CONTEXT_SAFETY,
      "the call may sleep, which is forbidden in this section",
      "make the call outside of the section"),
  RCU_NEEDED(
      "rcu-needed",
      Category.EXECUTION_CONTEXT_SAFETY,
      "this needs an RCU read-side section",
      "make it between bpf_rcu_read_lock and bpf_rcu_read_unlock"),
  TREE_CALLBACK(
      "tree-callback",
      Category.EXECUTION_CONTEXT_SAFETY,
      "this is forbidden in a callback that compares nodes of a tree",
      "only compare the two nodes there"),
  GRAPH_LOCK(
      "graph-lock",
      Category.EXECUTION_CONTEXT_SAFETY,
      "the lock that belongs to the list or tree is not held",
      "take the bpf_spin_lock beside the head or root first"),
  CALLBACK_CONTEXT(
      "callback-context",
      Category.EXECUTION_CONTEXT_SAFETY,
      "this is forbidden in a callback",
      "do it in the main program or in a function that is no callback"),
  ITERATOR_CONTEXT(
      "iterator-context",
      Category.EXECUTION_CONTEXT_SAFETY,
      "this iterator is for LSM, iterator and sleepable programs only",
      "use another iterator, or make the program sleepable"),

  // The program's form.
  UNREACHABLE(
      "unreachable",
      Category.PROGRAM_STRUCTURE,
      "no path leads to this instruction",
      "remove the dead code, or let the compiler do so: -O2"),
  JUMP_RANGE(
      "jump-range",
      Category.PROGRAM_STRUCTURE,
      "the jump leaves its function",
      "jump inside the function only; call other functions"),
  JUMP_INTO_WIDE(
      "jump-into-wide",
      Category.PROGRAM_STRUCTURE,
      "the jump goes into the middle of a 16-byte instruction",
      "jump to the instruction's start"),
  MISSING_EXIT(
      "missing-exit",
      Category.PROGRAM_STRUCTURE,
      "the function does not end with an exit or a jump",
      "return a value on every path, and end the function with exit"),
  CALL_TARGET(
      "call-target",
      Category.PROGRAM_STRUCTURE,
      "the call goes to no instruction of the program",
      "call the first instruction of a function"),
  BACK_EDGE(
      "back-edge",
      Category.PROGRAM_STRUCTURE,
      "the program has a loop, which this kernel does not allow this loader",
      "unroll the loop: #pragma unroll"),
  INFINITE_LOOP(
      "infinite-loop",
      Category.PROGRAM_STRUCTURE,
      "the loop comes back to a state that it was in before: it may never end",
      "make the loop's bound a constant, or use bpf_loop or an open-coded iterator"),
  TOO_COMPLEX(
      "too-complex",
      Category.PROGRAM_STRUCTURE,
      "the verifier gave up: there are too many paths through the program",
      "bound loops more tightly, split work into global functions or tail calls, or use"
          + " bpf_loop"),
  TOO_LARGE(
      "too-large",
      Category.PROGRAM_STRUCTURE,
      "the program has more instructions than this loader may submit",
      "split it, or load it with CAP_BPF"),
  EMPTY_PROGRAM(
      "empty-program",
      Category.PROGRAM_STRUCTURE,
      "the program has no instructions",
      "give it at least a result and an exit"),
  TOO_MANY_FUNCTIONS(
      "too-many-functions",
      Category.PROGRAM_STRUCTURE,
      "the program has more than 256 functions",
      "let the compiler inline some: static __always_inline"),
  CALL_DEPTH(
      "call-depth",
      Category.PROGRAM_STRUCTURE,
      "functions are nested deeper than eight frames, or call themselves",
      "inline functions, or turn recursion into a loop"),
  STACK_SIZE(
      "stack-size",
      Category.PROGRAM_STRUCTURE,
      "the functions of this chain of calls need more than the 512 bytes of stack",
      "move large buffers into a per-CPU array map"),
  TAIL_CALL_STACK(
      "tail-call-stack",
      Category.PROGRAM_STRUCTURE,
      "a function that makes tail calls is called with more than 256 bytes of stack in" + " use",
      "use less stack in its callers: move buffers into a per-CPU array map"),
  ABNORMAL_RETURN(
      "abnormal-return",
      Category.PROGRAM_STRUCTURE,
      "a function that may end in a tail call or a legacy packet load must return a"
          + " number, by its BTF",
      "make the function return int, and compile with -g"),
  TAIL_CALL_MAPS(
      "tail-call-maps",
      Category.PROGRAM_STRUCTURE,
      "one tail call is reached with different maps",
      "make a tail call of its own for each map"),
  RESERVED_FIELD(
      "reserved-field",
      Category.PROGRAM_STRUCTURE,
      "a field of the instruction holds something, although the instruction does not use" + " it",
      "leave unused fields zero"),
  UNKNOWN_INSTRUCTION(
      "unknown-instruction",
      Category.PROGRAM_STRUCTURE,
      "this kernel does not know the instruction",
      "compile for an older cpu version: -mcpu=v3, or assemble another instruction"),
  INVALID_REGISTER(
      "invalid-register", Category.PROGRAM_STRUCTURE, "there is no such register", "use r0 to r10"),
  WIDE_LOAD(
      "wide-load",
      Category.PROGRAM_STRUCTURE,
      "the 16-byte instruction is not well-formed",
      "its second half must be zero but for its imm"),
  ARENA_CAST(
      "arena-cast",
      Category.PROGRAM_STRUCTURE,
      "arena pointers can only be cast between address spaces 0 and 1, in a program that"
          + " uses an arena",
      "declare the arena map, and use it in the program"),
  MAP_REFERENCE(
      "map-reference",
      Category.PROGRAM_STRUCTURE,
      "the instruction refers to a map that is not there",
      "refer to a map that the program is loaded with"),
  DIRECT_VALUE(
      "direct-value",
      Category.PROGRAM_STRUCTURE,
      "the address of this map's value cannot be taken at load time",
      "look the value up, or use a global variable"),
  KERNEL_SYMBOL(
      "kernel-symbol",
      Category.PROGRAM_STRUCTURE,
      "the kernel has no variable or function whose address could be taken here",
      "declare the symbol __weak and test it, or read it another way"),
  DIVISION_BY_ZERO(
      "division-by-zero",
      Category.PROGRAM_STRUCTURE,
      "a division by the constant 0",
      "divide by something else"),
  SHIFT_WIDTH(
      "shift-width",
      Category.PROGRAM_STRUCTURE,
      "the shift is by more bits than the operand has",
      "shift by less than its width"),
  FUNCTION_INFO(
      "function-info",
      Category.PROGRAM_STRUCTURE,
      "the program's function records do not fit its code",
      "load the object as the compiler and libbpf made it"),
  LINE_INFO(
      "line-info",
      Category.PROGRAM_STRUCTURE,
      "the program's line records do not fit its code",
      "load the object as the compiler and libbpf made it"),
  EXCEPTION_CALLBACK(
      "exception-callback",
      Category.PROGRAM_STRUCTURE,
      "the function that takes over after bpf_throw cannot be used as such",
      "make it one global function with an integer argument that nothing calls"),
  CALLBACK_NOT_STATIC(
      "callback-not-static",
      Category.PROGRAM_STRUCTURE,
      "the callback is a global function",
      "declare it static"),
  COMPILER_TRAP(
      "compiler-trap",
      Category.PROGRAM_STRUCTURE,
      "the compiler put a trap here: what leads here is undefined, such as the use of a"
          + " variable without value",
      "mend what the compiler warns about"),
  CORE_RELOCATION(
      "core-relocation",
      Category.PROGRAM_STRUCTURE,
      "the kernel has nothing for a CO-RE relocation of this instruction",
      "test first whether the kernel has it: bpf_core_field_exists, bpf_core_type_exists"),
  MISSING_KFUNC(
      "missing-kfunc",
      Category.PROGRAM_STRUCTURE,
      "the kernel does not have the kernel function that is called here",
      "test first whether it is there: bpf_ksym_exists"),
  UNKNOWN_HELPER(
      "unknown-helper",
      Category.PROGRAM_STRUCTURE,
      "this kernel has no helper with this number",
      "use a helper that the kernel has"),
  UNKNOWN_KFUNC(
      "unknown-kfunc",
      Category.PROGRAM_STRUCTURE,
      "there is no such kernel function",
      "relocate the object against the types of the kernel that it is loaded into"),
  KERNEL_FAULT(
      "kernel-fault",
      Category.PROGRAM_STRUCTURE,
      "the kernel's verifier takes this for a fault of its own",
      "report it, and write the code another way"),

  // Who may do what.
  HELPER_NOT_ALLOWED(
      "helper-not-allowed",
      Category.POLICY,
      "this helper is not there for this type of program",
      "use a helper that is allowed for the type, or another program type"),
  KFUNC_NOT_ALLOWED(
      "kfunc-not-allowed",
      Category.POLICY,
      "this kernel function is not there for this type of program",
      "use a function that is allowed for the type, or another program type"),
  GPL_ONLY(
      "gpl-only",
      Category.POLICY,
      "this is only for programs under a GPL-compatible licence",
      "declare char LICENSE[] SEC(\"license\") = \"GPL\";"),
  MAP_NOT_ALLOWED(
      "map-not-allowed",
      Category.POLICY,
      "programs of this type cannot use such a map",
      "use another type of map, or keep such fields out of its value"),
  PROGRAM_TYPE(
      "program-type",
      Category.POLICY,
      "this kernel does not know the program's type or attach type",
      "use a type that the kernel has, or a newer kernel"),
  UNPRIVILEGED(
      "unprivileged",
      Category.POLICY,
      "this is only for loaders with CAP_BPF or CAP_PERFMON",
      "load the program with these capabilities"),
  POINTER_LEAK(
      "pointer-leak",
      Category.POLICY,
      "a loader without CAP_PERFMON would get to see an address",
      "use the number behind the pointer, or load the program with CAP_PERFMON"),
  POINTER_COMPARISON(
      "pointer-comparison",
      Category.POLICY,
      "a loader without CAP_PERFMON may not compare these pointers",
      "compare offsets instead, or load the program with CAP_PERFMON"),
  SPECULATION(
      "speculation",
      Category.POLICY,
      "without CAP_PERFMON, pointer arithmetic must stay safe even in speculation, and"
          + " Linux cannot make this so",
      "bound the offset, do the same arithmetic on every path, or load the program with"
          + " CAP_PERFMON"),
  SPECULATION_STACK(
      "speculation-stack",
      Category.POLICY,
      "without CAP_PERFMON, the stack can only be accessed where it is sure what is there",
      "use constant offsets into the stack, or load the program with CAP_PERFMON"),
  PACKET_LOAD_TYPE(
      "packet-load-type",
      Category.POLICY,
      "legacy packet loads are not there for this type of program",
      "use direct packet access, or bpf_skb_load_bytes"),
  ATTACH_TARGET(
      "attach-target",
      Category.POLICY,
      "a program of this type cannot attach to this target",
      "attach to a target that the kernel has, of the kind that the section name says"),
  ATTACH_PROTOTYPE(
      "attach-prototype",
      Category.POLICY,
      "the target's prototype is one that programs cannot attach to",
      "attach to another function, or use a kprobe"),
  SLEEPABLE_PROGRAM(
      "sleepable-program",
      Category.POLICY,
      "a program of this type, or at this target, may not be sleepable, or must be",
      "use the section name with or without .s that the type allows"),
  DEVICE_BOUND(
      "device-bound",
      Category.POLICY,
      "this function is for XDP programs that are bound to a device",
      "load the program for one device, with BPF_F_XDP_DEV_BOUND_ONLY"),
  STRUCT_OPS_MEMBER(
      "struct-ops-member",
      Category.POLICY,
      "programs cannot implement this member of the structure",
      "leave the member out");

  private static final String PAGE = "docs/lint-rules.md#";

  private final String id;
  private final Category category;
  private final String cause;
  private final String help;

  Reason(String id, Category category, String cause, String help) {
    this.id = id;
    this.category = category;
    this.cause = cause;
    this.help = help;
  }

  /** The rule's id, which does not change: {@code verifier/} and words with dashes. */
  public String id() {
    return "verifier/" + id;
  }

  /** What kind of safety the rule is about. */
  public Category category() {
    return category;
  }

  /** The cause, as half a sentence without an end. */
  public String cause() {
    return cause;
  }

  /** What to do about it. */
  public String help() {
    return help;
  }

  /** Where the rule is described: a page of this project, with an anchor. */
  public String documentation() {
    return PAGE + id;
  }
}
