package io.github.geminipool.samples.langchain4j;

import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.Tool;
import java.util.Locale;
import java.util.Map;

/** A tool for the model. */
final class Warehouse {

    private static final Map<String, Integer> STOCK = Map.of("lamps", 12, "bulbs", 240, "shades", 3);

    /** Returns how many of an item are in stock. */
    @Tool("Returns how many of an item are in stock")
    String stock(@P("the item in the plural, such as lamps") String item) {
        return item + ": " + STOCK.getOrDefault(item.toLowerCase(Locale.ROOT), 0);
    }
}
