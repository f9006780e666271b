package io.github.geminipool.samples.discordbot;

import java.time.Instant;

/** Instants as Discord shows them to each user, in the user's own time zone and language. */
final class Timestamps {

    private Timestamps() {}

    /** Such as "21:07:30 (in 25 seconds)", which counts down; a part of a second is a whole one. */
    static String of(Instant instant) {
        long seconds = instant.plusNanos(999_999_999).getEpochSecond();
        return "<t:" + seconds + ":T> (<t:" + seconds + ":R>)";
    }
}
