package io.github.geminipool.internal.wire;

import java.util.Locale;
import java.util.Map;

/**
 * Maps the error names of gRPC and the Interactions API to HTTP statuses.
 *
 * @see <a href="https://grpc.io/docs/guides/status-codes/">gRPC's codes</a>
 */
final class StatusName {

    private static final Map<String, Integer> HTTP = Map.ofEntries(
            Map.entry("CANCELLED", 499),
            Map.entry("CANCELED", 499),
            Map.entry("UNKNOWN", 500),
            Map.entry("INVALIDARGUMENT", 400),
            Map.entry("DEADLINEEXCEEDED", 504),
            Map.entry("NOTFOUND", 404),
            Map.entry("ALREADYEXISTS", 409),
            Map.entry("PERMISSIONDENIED", 403),
            Map.entry("RESOURCEEXHAUSTED", 429),
            Map.entry("FAILEDPRECONDITION", 400),
            Map.entry("ABORTED", 409),
            Map.entry("OUTOFRANGE", 400),
            Map.entry("UNIMPLEMENTED", 501),
            Map.entry("INTERNAL", 500),
            Map.entry("UNAVAILABLE", 503),
            Map.entry("DATALOSS", 500),
            Map.entry("UNAUTHENTICATED", 401),
            Map.entry("AUTHENTICATION", 401),
            Map.entry("PAYMENTREQUIRED", 402),
            Map.entry("MODELNOTFOUND", 404),
            Map.entry("RATELIMITEXCEEDED", 429),
            Map.entry("QUOTAEXCEEDED", 429),
            Map.entry("TOOMANYREQUESTS", 429),
            Map.entry("INVALIDREQUEST", 400),
            Map.entry("APIERROR", 500),
            Map.entry("SERVICEUNAVAILABLE", 503));

    /** In the order of the gRPC codes, from 1. */
    private static final int[] HTTP_OF_GRPC = {
        499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401
    };

    /** Maximum number of characters searched: a text gives its status near the start. */
    private static final int MAX_SEARCHED = 300;

    private StatusName() {}

    /** Returns the HTTP status of a name in any spelling; 0 if it is not a known name. */
    static int toHttp(String name) {
        if (name.length() > 40) {
            return 0;
        }
        String plain = name.strip().toUpperCase(Locale.ROOT).replace("_", "").replace(" ", "");
        return HTTP.getOrDefault(plain, 0);
    }

    /** Returns the HTTP status of a number in a body, an HTTP status or a gRPC code; 0 if it is neither. */
    static int toHttp(int code) {
        if (code >= 400 && code <= 599) {
            return code;
        }
        return code >= 1 && code <= HTTP_OF_GRPC.length ? HTTP_OF_GRPC[code - 1] : 0;
    }

    /** Returns the name that Gemini gives to errors of an HTTP status. */
    static String of(int http) {
        return switch (http) {
            case 400, 413, 416 -> "INVALID_ARGUMENT";
            case 401 -> "UNAUTHENTICATED";
            case 402, 429 -> "RESOURCE_EXHAUSTED";
            case 403 -> "PERMISSION_DENIED";
            case 404 -> "NOT_FOUND";
            case 409 -> "ABORTED";
            case 499 -> "CANCELLED";
            case 500 -> "INTERNAL";
            case 501 -> "UNIMPLEMENTED";
            case 502, 503 -> "UNAVAILABLE";
            case 408, 504 -> "DEADLINE_EXCEEDED";
            default -> "UNKNOWN";
        };
    }

    /** Returns the code that the Interactions API gives to errors of an HTTP status. */
    static String codeOfInteractions(int http) {
        return switch (http) {
            case 401 -> "authentication";
            case 402 -> "payment_required";
            case 403 -> "permission_denied";
            case 404 -> "not_found";
            case 429 -> "too_many_requests";
            case 499 -> "cancelled";
            case 503 -> "service_unavailable";
            case 504 -> "deadline_exceeded";
            default -> http >= 500 ? "api_error" : "invalid_request";
        };
    }

    /**
     * Returns the first status name in a text, such as {@code 14 UNAVAILABLE: …}, {@code io.grpc.StatusRuntimeException:
     * UNAVAILABLE: …} or {@code rpc error: code = Unavailable desc = …}; empty if there is none.
     */
    static String firstIn(String text) {
        int end = Math.min(text.length(), MAX_SEARCHED);
        int start = 0;
        while (start < end) {
            int after = start;
            while (after < end && isNameChar(text.charAt(after))) {
                after++;
            }
            String word = text.substring(start, after);
            if (isSpelledAsName(text, start, word) && toHttp(word) != 0) {
                return word;
            }
            start = after + 1;
        }
        return "";
    }

    private static boolean isNameChar(char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
    }

    /** Tells names from ordinary words such as "internal" and "cancelled". */
    private static boolean isSpelledAsName(String text, int start, String word) {
        return word.length() > 4
                && (word.equals(word.toUpperCase(Locale.ROOT))
                        || isCamelCase(word)
                        || text.startsWith("::", start - 2)
                        || text.startsWith("code = ", start - 7));
    }

    private static boolean isCamelCase(String word) {
        return Character.isUpperCase(word.charAt(0))
                && word.chars().skip(1).anyMatch(Character::isUpperCase)
                && word.indexOf('_') < 0;
    }
}
