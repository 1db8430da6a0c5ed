package dev.skep.agreement.fuzz;

import java.nio.file.Path;

/**
 * How long a campaign goes on, where it starts, and where it stores what it finds.
 *
 * @param firstSeed the first input's seed; the next ones follow it
 * @param most the most inputs to try
 * @param nanos the longest time in nanoseconds
 * @param out the directory of what was found; made when there is something
 */
public record CampaignLimits(long firstSeed, long most, long nanos, Path out) {}
