package io.github.geminipool.autoconfigure;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;

/** The names of the pool's properties, without their prefix. */
final class PropertyNames {

    private PropertyNames() {}

    static List<String> all() {
        List<String> names = new ArrayList<>();
        add("", GeminiPoolProperties.class, names);
        return names;
    }

    /** Returns whether a name, with its prefix, is that of a property, of a list entry, or of a field of an entry. */
    static boolean isKnown(ConfigurationPropertyName name, ConfigurationPropertyName prefix) {
        return isKnown(name, prefix.getNumberOfElements(), GeminiPoolProperties.class);
    }

    private static boolean isKnown(ConfigurationPropertyName name, int index, Type type) {
        if (index == name.getNumberOfElements()) {
            return true;
        }
        if (type instanceof ParameterizedType list) {
            return name.isNumericIndex(index) && isKnown(name, index + 1, list.getActualTypeArguments()[0]);
        }
        if (!(type instanceof Class<?> record) || !record.isRecord()) {
            return false;
        }
        for (RecordComponent component : record.getRecordComponents()) {
            if (component.getName().toLowerCase(Locale.ROOT).equals(name.getElement(index, Form.UNIFORM))) {
                return isKnown(name, index + 1, component.getGenericType());
            }
        }
        return false;
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
