import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.util.List;

/** Serves on the port that is given, on the loopback address, and keeps what it is told in memory. */
public class Serve {
  /** The server calls itself 3.6 at most, and drivers of today speak with 4.4 and newer. */
  private static final MongoVersion SHOWN = new MongoVersion() {
    public List<Integer> getVersionArray() { return List.of(5, 0, 0); }
    public int getWireVersion() { return 13; }
    public String toVersionString() { return "5.0.0"; }
  };

  public static void main(String[] words) {
    MemoryBackend backend = new MemoryBackend();
    backend.version(SHOWN);
    new MongoServer(backend).bind("127.0.0.1", Integer.parseInt(words[0]));
  }
}
