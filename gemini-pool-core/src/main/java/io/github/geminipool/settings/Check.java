package io.github.geminipool.settings;

final class Check {

    private Check() {}

    static void that(boolean holds, String setting, Object value, String expectation) {
        if (!holds) {
            throw new InvalidSettingException(setting, String.valueOf(value), expectation);
        }
    }
}
