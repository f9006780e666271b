package io.github.geminipool.samples.springai;

import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.annotation.ToolParam;
import org.springframework.stereotype.Component;

/** A tool that the model may call. */
@Component
class Warehouse {

    private static final Logger log = LoggerFactory.getLogger(Warehouse.class);
    private static final Map<String, Integer> STOCK = Map.of("lamps", 12, "bulbs", 240, "shades", 3);

    @Tool(description = "How many there are in stock")
    String stock(@ToolParam(description = "what, in the plural, such as lamps") String item) {
        // Spring AI would take a number at the beginning for JSON, and leave out the rest.
        String answer = item + ": " + STOCK.getOrDefault(item.toLowerCase(Locale.ROOT), 0);
        log.info("stock({}) = {}", item, answer);
        return answer;
    }
}
