package io.github.geminipool.samples.springai;

import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.annotation.ToolParam;
import org.springframework.stereotype.Component;

/** A tool for the model. */
@Component
class Warehouse {

    private static final Logger log = LoggerFactory.getLogger(Warehouse.class);
    private static final Map<String, Integer> STOCK = Map.of("lamps", 12, "bulbs", 240, "shades", 3);

    @Tool(description = "Returns how many of an item are in stock")
    String stock(@ToolParam(description = "the item in the plural, such as lamps") String item) {
        // Spring AI would parse a leading number as JSON and drop the rest.
        String answer = item + ": " + STOCK.getOrDefault(item.toLowerCase(Locale.ROOT), 0);
        log.info("stock({}) = {}", item, answer);
        return answer;
    }
}
