package io.github.geminipool.internal.choice;

/**
 * A key to which a request is sent that has failed with other keys.
 *
 * @param key its name
 * @param project its project's name
 * @param isTrusted whether it has answered recently, so that its failing too clears the others
 */
public record Witness(String key, String project, boolean isTrusted) {}
