package io.github.geminipool.wire.chaos;

/** Something that can be turned on and off. */
final class Switch {

    final String name;

    /** Number of steps after which it is turned off. */
    final int longest;

    /** Minimum number of steps for which it stays off. */
    final int rest;

    final Runnable on;
    final Runnable off;
    boolean isOn;
    int since = -1_000;

    Switch(String name, int longest, int rest, Runnable on, Runnable off) {
        this.name = name;
        this.longest = longest;
        this.rest = rest;
        this.on = on;
        this.off = off;
    }
}
