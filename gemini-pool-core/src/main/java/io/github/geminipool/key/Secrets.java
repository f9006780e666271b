package io.github.geminipool.key;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Secrets that mask themselves in a text: plain, URL-encoded or escaped as in JSON. However many they are, a text is gone
 * through once. Immutable and thread-safe.
 */
public final class Secrets {

    /** So many characters at the end of a cut text are the beginning of a secret, and no accident. */
    private static final int TELLING = 8;

    /** More secrets that begin alike are told apart by their next character, down to a depth. */
    private static final int FEW = 4;

    private static final int DEEPEST = 8;

    private final Node root = new Node(0);
    private final int longestForm;

    /** Where the first characters of some secrets lead. */
    private static final class Node {

        private final int depth;
        private char[] characters = new char[0];
        private Node[] nodes = new Node[0];

        /** Those secrets that are not told apart any further. */
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
            if (forms.length() == depth || (nodes.length == 0 && (here.size() < FEW || depth == DEEPEST))) {
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

    /** The secrets of a list. */
    public static Secrets of(List<Secret> secrets) {
        return new Secrets(secrets);
    }

    /**
     * The length of the longest form in which {@link #maskIn} knows a secret: reading so much more than is wanted cuts none
     * in two.
     */
    public int longestForm() {
        return longestForm;
    }

    /** Replaces every occurrence of a secret in a text by {@code ***}. */
    public String maskIn(String text) {
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

    /** The same in a text that may have been cut: the beginning of a secret at the end of the text is replaced too. */
    public String maskInCut(String text) {
        String masked = maskIn(text);
        for (int at = Math.max(0, masked.length() - longestForm); at <= masked.length() - TELLING; at++) {
            if (isBeginning(root, masked, at, at)) {
                return masked.substring(0, at) + Secret.MASK;
            }
        }
        return masked;
    }

    /** Where the longest secret that begins at a place ends; -1 without one. */
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
        if (c == '%' || c == '\\') {
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
            if (node.here.get(i).isBeginning(text, from, TELLING)) {
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
        if (c == '%' || c == '\\') {
            for (WrittenForms.Escaped escaped : WrittenForms.escapedAt(text, at)) {
                if (isBeginning(node.next(escaped.character()), text, from, escaped.end())) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Never shows a secret. */
    @Override
    public String toString() {
        return Secret.MASK;
    }
}
