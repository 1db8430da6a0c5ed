package dev.skep.interpreter;

import dev.skep.runtime.Access;
import dev.skep.runtime.Cpu;
import dev.skep.runtime.memory.LittleEndian;
import dev.skep.runtime.memory.Region;

/**
 * Memory as one run sees it between two calls: the stack and the region that was accessed last are
 * found without a look-up. Every access is checked; what does not fit goes the general way, which
 * traps if it must.
 */
final class Memory {

  private static final long LOW = 0xffff_ffffL;
  private static final byte[] NOTHING = {};

  private final Cpu cpu;
  private final byte[] stack;
  private int low;

  // The region that was accessed last.
  private int high = -1;
  private int base;
  private byte[] bytes = NOTHING;
  private boolean writable;

  Memory(Cpu cpu) {
    this.cpu = cpu;
    this.stack = cpu.stack();
    this.low = cpu.stackLow();
  }

  /** After anything that may have moved memory: a call, a return, a helper. */
  void follow() {
    low = cpu.stackLow();
    high = -1;
    bytes = NOTHING; // a wild address may have these upper bits
  }

  private void remember(Region region) {
    if (region.kind() != Region.Kind.STACK) {
      high = (int) (region.address() >>> 32);
      base = region.base();
      bytes = region.bytes();
      writable = region.writable();
    }
  }

  long load8(long address) {
    int region = (int) (address >>> 32);
    if (region == Cpu.STACK) {
      int i = (int) address;
      if (i >= low && i <= stack.length - 1) {
        return stack[i] & 0xff;
      }
    } else if (region == high) {
      int i = (int) address - base;
      if (i >= 0 && i <= bytes.length - 1) {
        return bytes[i] & 0xff;
      }
    }
    remember(Access.check(cpu, address, 1));
    return Access.load8(cpu, address);
  }

  void store8(long address, long value) {
    int region = (int) (address >>> 32);
    if (region == Cpu.STACK) {
      int i = (int) address;
      if (i >= low && i <= stack.length - 1) {
        stack[i] = (byte) value;
        return;
      }
    } else if (region == high && writable) {
      int i = (int) address - base;
      if (i >= 0 && i <= bytes.length - 1) {
        bytes[i] = (byte) value;
        return;
      }
    }
    remember(Access.checkWrite(cpu, address, 1));
    Access.store8(cpu, address, value);
  }

  long load16(long address) {
    int region = (int) (address >>> 32);
    if (region == Cpu.STACK) {
      int i = (int) address;
      if (i >= low && i <= stack.length - 2) {
        return (short) LittleEndian.SHORT.get(stack, i) & 0xffff;
      }
    } else if (region == high) {
      int i = (int) address - base;
      if (i >= 0 && i <= bytes.length - 2) {
        return (short) LittleEndian.SHORT.get(bytes, i) & 0xffff;
      }
    }
    remember(Access.check(cpu, address, 2));
    return Access.load16(cpu, address);
  }

  void store16(long address, long value) {
    int region = (int) (address >>> 32);
    if (region == Cpu.STACK) {
      int i = (int) address;
      if (i >= low && i <= stack.length - 2) {
        LittleEndian.SHORT.set(stack, i, (short) value);
        return;
      }
    } else if (region == high && writable) {
      int i = (int) address - base;
      if (i >= 0 && i <= bytes.length - 2) {
        LittleEndian.SHORT.set(bytes, i, (short) value);
        return;
      }
    }
    remember(Access.checkWrite(cpu, address, 2));
    Access.store16(cpu, address, value);
  }

  long load32(long address) {
    int region = (int) (address >>> 32);
    if (region == Cpu.STACK) {
      int i = (int) address;
      if (i >= low && i <= stack.length - 4) {
        return (int) LittleEndian.INT.get(stack, i) & LOW;
      }
    } else if (region == high) {
      int i = (int) address - base;
      if (i >= 0 && i <= bytes.length - 4) {
        return (int) LittleEndian.INT.get(bytes, i) & LOW;
      }
    }
    remember(Access.check(cpu, address, 4));
    return Access.load32(cpu, address);
  }

  void store32(long address, long value) {
    int region = (int) (address >>> 32);
    if (region == Cpu.STACK) {
      int i = (int) address;
      if (i >= low && i <= stack.length - 4) {
        LittleEndian.INT.set(stack, i, (int) value);
        return;
      }
    } else if (region == high && writable) {
      int i = (int) address - base;
      if (i >= 0 && i <= bytes.length - 4) {
        LittleEndian.INT.set(bytes, i, (int) value);
        return;
      }
    }
    remember(Access.checkWrite(cpu, address, 4));
    Access.store32(cpu, address, value);
  }

  long load64(long address) {
    int region = (int) (address >>> 32);
    if (region == Cpu.STACK) {
      int i = (int) address;
      if (i >= low && i <= stack.length - 8) {
        return (long) LittleEndian.LONG.get(stack, i);
      }
    } else if (region == high) {
      int i = (int) address - base;
      if (i >= 0 && i <= bytes.length - 8) {
        return (long) LittleEndian.LONG.get(bytes, i);
      }
    }
    remember(Access.check(cpu, address, 8));
    return Access.load64(cpu, address);
  }

  void store64(long address, long value) {
    int region = (int) (address >>> 32);
    if (region == Cpu.STACK) {
      int i = (int) address;
      if (i >= low && i <= stack.length - 8) {
        LittleEndian.LONG.set(stack, i, value);
        return;
      }
    } else if (region == high && writable) {
      int i = (int) address - base;
      if (i >= 0 && i <= bytes.length - 8) {
        LittleEndian.LONG.set(bytes, i, value);
        return;
      }
    }
    remember(Access.checkWrite(cpu, address, 8));
    Access.store64(cpu, address, value);
  }
}
