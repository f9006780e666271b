package io.github.geminipool.key;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Masks secrets in texts, in plain, URL-encoded, HTML-encoded and JSON-escaped form, and in base64. Takes one pass over a text, however many secrets there are.
 * Immutable and thread-safe.
 */
public final class Secrets {

    /** Minimum length of the beginning of a secret that is masked at the end of a cut text. */
    private static final int MIN_PREFIX = 8;

    /** Maximum number of secrets in a node before it branches by their next character. */
    private static final int MAX_UNBRANCHED = 4;

    private static final int MAX_DEPTH = 8;

    /** Maximum depth of base64 within base64. */
    private static final int MAX_BASE64_DEPTH = 2;

    private final Node root = new Node(0);
    private final int longestForm;

    /** A node of the prefix tree of the secrets. */
    private static final class Node {

        private final int depth;
        private char[] characters = new char[0];
        private Node[] nodes = new Node[0];

        /** The secrets that end here or need no further branching. */
        private List<WrittenForms> here = new ArrayList<>(1);

        Node(int depth) {
            this.depth = depth;
        }

        @Nullable
        Node next(char c) {
            for (int i = 0; i < characters.length; i++) {
                if (characters[i] == c) {
                    return nodes[i];
                }
            }
            return null;
        }

        void add(WrittenForms forms) {
            if (forms.length() == depth
                    || (nodes.length == 0 && (here.size() < MAX_UNBRANCHED || depth == MAX_DEPTH))) {
                here.add(forms);
                return;
            }
            List<WrittenForms> before = here;
            here = new ArrayList<>(1);
            before.forEach(this::addFurther);
            addFurther(forms);
        }

        private void addFurther(WrittenForms forms) {
            if (forms.length() == depth) {
                here.add(forms);
            } else {
                grow(forms.charAt(depth)).add(forms);
            }
        }

        private Node grow(char c) {
            Node present = next(c);
            if (present != null) {
                return present;
            }
            Node made = new Node(depth + 1);
            characters = Arrays.copyOf(characters, characters.length + 1);
            nodes = Arrays.copyOf(nodes, nodes.length + 1);
            characters[characters.length - 1] = c;
            nodes[nodes.length - 1] = made;
            return made;
        }
    }

    private Secrets(List<Secret> secrets) {
        int longest = 0;
        for (Secret secret : secrets) {
            WrittenForms forms = secret.forms();
            longest = Math.max(longest, forms.longest());
            root.add(forms);
        }
        this.longestForm = longest;
    }

    /** Creates a mask for the given secrets. */
    public static Secrets of(List<Secret> secrets) {
        return new Secrets(secrets);
    }

    /**
     * Returns the maximum length of a secret in any form that {@link #maskIn} finds. Read this many more characters of a text than you
     * need, and no secret in the part that you need is cut.
     */
    public int longestForm() {
        return longestForm;
    }

    /** Replaces all secrets in a text by {@code ***}. */
    public String maskIn(String text) {
        return maskBase64(maskPlain(text), false);
    }

    /** Replaces base64 of a secret, along with everything that is encoded together with it. */
    private String maskBase64(String text, boolean cut) {
        StringBuilder masked = null;
        int copied = 0;
        for (Base64Run run = Base64Run.next(text, 0); run != null; run = Base64Run.next(text, run.to())) {
            if (holds(run, cut && run.to() == text.length(), 1)) {
                masked = masked == null ? new StringBuilder(text.length()) : masked;
                masked.append(text, copied, run.from()).append(Secret.MASK);
                copied = run.to();
            }
        }
        return masked == null
                ? text
                : masked.append(text, copied, text.length()).toString();
    }

    private boolean holds(Base64Run run, boolean cut, int depth) {
        for (int phase = 0; phase < 4; phase++) {
            String decoded = run.decoded(phase);
            if (holdsPlain(decoded, cut) || (depth < MAX_BASE64_DEPTH && holdsBase64(decoded, cut, depth + 1))) {
                return true;
            }
        }
        return false;
    }

    private boolean holdsBase64(String text, boolean cut, int depth) {
        for (Base64Run run = Base64Run.next(text, 0); run != null; run = Base64Run.next(text, run.to())) {
            if (holds(run, cut && run.to() == text.length(), depth)) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether a text shows a secret; short ones may be there by chance. */
    private boolean holdsPlain(String text, boolean cut) {
        int escape = WrittenForms.nextEscape(text, 0);
        for (int at = 0; at <= text.length() - MIN_PREFIX; at++) {
            escape = escape < at ? WrittenForms.nextEscape(text, at) : escape;
            if (endOfSecret(root, text, at, at, escape) - at >= MIN_PREFIX
                    || (cut && at >= text.length() - longestForm && isBeginning(root, text, at, at))) {
                return true;
            }
        }
        return false;
    }

    /** Does the same as {@link #maskIn} except for base64. Allocates nothing if there is no secret; for names. */
    public String maskPlain(String text) {
        StringBuilder masked = null;
        int copied = 0;
        int at = 0;
        int escape = WrittenForms.nextEscape(text, 0);
        while (at < text.length()) {
            escape = escape < at ? WrittenForms.nextEscape(text, at) : escape;
            int end = endOfSecret(root, text, at, at, escape);
            if (end > at) {
                masked = masked == null ? new StringBuilder(text.length()) : masked;
                masked.append(text, copied, at).append(Secret.MASK);
                copied = end;
                at = end;
            } else {
                at++;
            }
        }
        return masked == null
                ? text
                : masked.append(text, copied, text.length()).toString();
    }

    /** Replaces all secrets in a text that may be cut: also the beginning of a secret at the end of the text. */
    public String maskInCut(String text) {
        String masked = maskBase64(maskPlain(text), true);
        for (int at = Math.max(0, masked.length() - longestForm); at <= masked.length() - MIN_PREFIX; at++) {
            if (isBeginning(root, masked, at, at)) {
                return masked.substring(0, at) + Secret.MASK;
            }
        }
        return masked;
    }

    /** Returns the end of the longest secret that begins at a position; -1 if there is none. */
    private static int endOfSecret(Node node, String text, int from, int at, int escape) {
        int end = WrittenForms.NO_MATCH;
        for (int i = 0; i < node.here.size(); i++) {
            end = Math.max(end, node.here.get(i).endOf(text, from, escape));
        }
        if (node.nodes.length == 0 || at >= text.length()) {
            return end;
        }
        char c = text.charAt(at);
        Node plain = node.next(c);
        if (plain != null) {
            end = Math.max(end, endOfSecret(plain, text, from, at + 1, escape));
        }
        if (WrittenForms.isEscape(c)) {
            for (WrittenForms.Escaped escaped : WrittenForms.escapedAt(text, at)) {
                Node further = node.next(escaped.character());
                end = further == null ? end : Math.max(end, endOfSecret(further, text, from, escaped.end(), escape));
            }
        }
        return end;
    }

    private static boolean isBeginning(@Nullable Node node, String text, int from, int at) {
        if (node == null) {
            return false;
        }
        for (int i = 0; i < node.here.size(); i++) {
            if (node.here.get(i).isBeginning(text, from, MIN_PREFIX)) {
                return true;
            }
        }
        if (node.nodes.length == 0 || at >= text.length()) {
            return false;
        }
        char c = text.charAt(at);
        if (isBeginning(node.next(c), text, from, at + 1)) {
            return true;
        }
        if (WrittenForms.isEscape(c)) {
            for (WrittenForms.Escaped escaped : WrittenForms.escapedAt(text, at)) {
                if (isBeginning(node.next(escaped.character()), text, from, escaped.end())) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Returns {@code ***}. */
    @Override
    public String toString() {
        return Secret.MASK;
    }
}
