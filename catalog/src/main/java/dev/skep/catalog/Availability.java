package dev.skep.catalog;

/** Whether a kernel offers something; a version that no source describes gives UNKNOWN. */
public enum Availability {
  ALLOWED,
  NOT_ALLOWED,
  UNKNOWN
}
