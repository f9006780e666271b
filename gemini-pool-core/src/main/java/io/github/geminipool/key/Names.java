package io.github.geminipool.key;

/** Checks the names of keys, projects and billing accounts, which appear in logs, meters and endpoints. */
final class Names {

    private Names() {}

    /**
     * Returns a name.
     *
     * @param what what it is the name of, for the message
     * @throws IllegalArgumentException if it is blank or has an invisible character, such as a line break
     */
    static String checked(String name, String what) {
        if (name.isBlank()) {
            throw new IllegalArgumentException(what + " must not be blank");
        }
        for (int at = 0; at < name.length(); at += Character.charCount(name.codePointAt(at))) {
            int c = name.codePointAt(at);
            if (!isSeen(c)) {
                throw new IllegalArgumentException(String.format(
                        "%s must not have a control character, but has U+%04X at position %d of %d",
                        what, c, at + 1, name.length()));
            }
        }
        return name;
    }

    private static boolean isSeen(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }
}
