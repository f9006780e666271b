package io.github.geminipool.simulator.internal.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminipool.simulator.internal.json.Json;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A page of a list, with Google's paging. */
public final class Page {
    private static final int DEFAULT_SIZE = 50;

    private Page() {}

    /**
     * Returns the page requested by a query.
     *
     * @param field the list's field in the response
     * @param all the complete list
     * @param query query parameters {@code pageSize} and {@code pageToken}
     * @return the page, with a token if there are more pages
     */
    public static ObjectNode of(String field, List<ObjectNode> all, Map<String, String> query) {
        int size = number(query.get("pageSize"), DEFAULT_SIZE);
        int from = Math.min(all.size(), number(query.get("pageToken"), 0));
        int to = Math.min(all.size(), from + Math.max(1, size));
        ObjectNode page = Json.object();
        if (from < to) {
            all.subList(from, to).forEach(page.putArray(field)::add);
        }
        if (to < all.size()) {
            page.put("nextPageToken", Integer.toString(to));
        }
        return page;
    }

    private static int number(@Nullable String text, int otherwise) {
        return text != null && text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : otherwise;
    }
}
