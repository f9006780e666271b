package io.github.geminipool.samples.discordbot;

import java.time.Instant;

/** Instants in Discord's markup, shown to each user in their time zone and language. */
final class Timestamps {

    private Timestamps() {}

    /** Returns markup shown like "21:07:30 (in 25 seconds)", with a countdown. Rounds up to seconds. */
    static String of(Instant instant) {
        long seconds = instant.plusNanos(999_999_999).getEpochSecond();
        return "<t:" + seconds + ":T> (<t:" + seconds + ":R>)";
    }
}
