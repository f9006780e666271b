package io.github.geminipool.autoconfigure;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The names of the pool's properties, without their prefix. */
final class PropertyNames {

    private PropertyNames() {}

    static List<String> all() {
        List<String> names = new ArrayList<>();
        add("", GeminiPoolProperties.class, names);
        return names;
    }

    private static void add(String prefix, Class<?> type, List<String> names) {
        for (RecordComponent component : type.getRecordComponents()) {
            String name =
                    prefix + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            if (component.getType().isRecord()) {
                add(name + ".", component.getType(), names);
            } else {
                names.add(name);
            }
        }
    }
}
