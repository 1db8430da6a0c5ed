package dev.skep.kernel.info;

/**
 * The network device that a map or program is offloaded to; all 0 if it runs in the kernel.
 *
 * @param netnsDev device of the file that is the device's network namespace
 * @param netnsIno inode of that file
 */
public record OffloadDevice(int ifindex, long netnsDev, long netnsIno) {}
