package io.github.geminipool.autoconfigure;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.util.unit.DataSize;

/** The names of the pool's properties, without their prefix. */
final class PropertyNames {

    /**
     * The unit in which a plain number is read.
     *
     * @param example the unit that is probably meant
     * @param usualDigits numbers of up to this many digits are hardly meant in this unit
     */
    record Unit(String word, String example, int usualDigits) {}

    private static final Unit MILLIS = new Unit("milliseconds", "s", 3);

    private static final Unit BYTES = new Unit("bytes", "MB", 4);

    /** Properties whose usual values are less than a second. */
    private static final Set<String> SHORT = Set.of("retry.initial-delay", "shared.timeout");

    private PropertyNames() {}

    /** Returns the names of properties that are durations or sizes, with the unit of a plain number. */
    static Map<String, Unit> withUnits() {
        Map<String, Unit> names = new TreeMap<>();
        addWithUnits("", GeminiPoolProperties.class, names);
        names.keySet().removeAll(SHORT);
        return names;
    }

    private static void addWithUnits(String prefix, Class<?> type, Map<String, Unit> names) {
        for (RecordComponent component : type.getRecordComponents()) {
            String name = prefix + kebab(component);
            if (component.getType().isRecord()) {
                addWithUnits(name + ".", component.getType(), names);
            } else if (component.getType() == Duration.class) {
                names.put(name, MILLIS);
            } else if (component.getType() == DataSize.class) {
                names.put(name, BYTES);
            }
        }
    }

    private static String kebab(RecordComponent component) {
        return component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

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
            String name = prefix + kebab(component);
            if (component.getType().isRecord()) {
                add(name + ".", component.getType(), names);
            } else {
                names.add(name);
            }
        }
    }
}
