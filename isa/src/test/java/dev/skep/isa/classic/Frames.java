package dev.skep.isa.classic;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** Ethernet frames of many kinds: whole, cut short, and damaged. */
final class Frames {

  private static final String MACS = "020000000002" + "020000000001";
  private static final String IP_A_TO_B = "0a000001" + "0a000002";

  private Frames() {}

  static List<byte[]> all() {
    List<byte[]> frames = new ArrayList<>();
    for (String protocol : new String[] {"06", "11", "01", "02", "2f", "84"}) {
      for (String ports : new String[] {"d4310050", "0035d431", "01bb0016", "03e807d0"}) {
        String rest = ports + "00000001000000025002" + "2000" + "00000000" + "474554202f";
        frames.add(ip(MACS, "4500002d00004000" + "40" + protocol + "0000" + IP_A_TO_B, rest));
        frames.add(ip(MACS, "4500002d00002001" + "03" + protocol + "0000" + IP_A_TO_B, rest));
        frames.add(
            ip(MACS, "4600003100000000" + "40" + protocol + "0000" + IP_A_TO_B + "01010101", rest));
        frames.add(
            hex(
                MACS
                    + "86dd"
                    + "60000000001d"
                    + protocol
                    + "40"
                    + "fe80"
                    + "00".repeat(13)
                    + "01"
                    + "20010db8"
                    + "00".repeat(12)
                    + rest));
        frames.add(
            hex(
                MACS
                    + "8100"
                    + "0005"
                    + "0800"
                    + "4500002d00004000"
                    + "40"
                    + protocol
                    + "0000"
                    + IP_A_TO_B
                    + rest));
      }
    }
    frames.add(ip(MACS, "4500002d00004000400600007f000001e0000001", "0016d431" + "00".repeat(30)));
    frames.add(
        ip(
            "ffffffffffff020000000001",
            "45000054000040004001000" + "0c0a80101c0a801ff",
            "0800f7ff00010001" + "61".repeat(48)));
    frames.add(
        hex(
            MACS
                + "86dd"
                + "60000000001d2c40"
                + "fe80"
                + "00".repeat(13)
                + "01"
                + "ff02"
                + "00".repeat(13)
                + "01"
                + "3a000001deadbeef"
                + "8000"
                + "00".repeat(20)));
    frames.add(ip(MACS, "4500003c00004000400600000a0000020a000001", "000a01bb" + "00".repeat(36)));
    frames.add(
        hex(
            MACS
                + "86dd"
                + "6000000000140640"
                + "20010db8"
                + "00".repeat(12)
                + "fe80"
                + "00".repeat(13)
                + "01"
                + "d43101bb"
                + "00".repeat(16)));
    frames.add(hex("0180c200000e020000000001" + "88cc" + "0207" + "00".repeat(44)));
    frames.add(hex(MACS + "809b" + "00".repeat(46)));
    frames.add(
        hex(
            "ffffffffffff020000000001"
                + "0806"
                + "0001080006040001020000000001"
                + "0a000001"
                + "000000000000"
                + "0a000002"));
    frames.add(hex(MACS + "8847" + "00010140" + "4500001400000000400600000a0000010a000002"));
    frames.add(
        hex(MACS + "8864" + "11000001001c0021" + "4500001400000000401100000a0000010a000002"));
    frames.add(hex("0180c2000000020000000001" + "0026" + "424203" + "00".repeat(35)));
    frames.add(hex(MACS + "0028" + "fefe03" + "83" + "00".repeat(36)));
    frames.add(
        hex(
            MACS
                + "88a8"
                + "0064"
                + "8100"
                + "0005"
                + "0800"
                + "4500002800004000400600000a0000010a000002"
                + "d4310050"
                + "00".repeat(16)));
    Random random = new Random(1992);
    for (byte[] frame : List.copyOf(frames)) {
      frames.add(java.util.Arrays.copyOf(frame, 1 + random.nextInt(frame.length)));
      byte[] damaged = frame.clone();
      for (int i = 0; i < 3; i++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      frames.add(damaged);
      frames.add(java.util.Arrays.copyOf(frame, frame.length + random.nextInt(200)));
    }
    return frames;
  }

  private static byte[] ip(String macs, String header, String rest) {
    return hex(macs + "0800" + header + rest);
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }
}
