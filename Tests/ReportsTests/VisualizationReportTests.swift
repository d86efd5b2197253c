import Foundation
import Images
import Reports
import TestSupport
import Testing

struct VisualizationReportTests {
  private func matches(_ expression: String, in text: String) throws -> [String] {
    let expression = try NSRegularExpression(pattern: expression)
    return expression.matches(in: text, range: NSRange(text.startIndex..., in: text)).compactMap {
      Range($0.range(at: 1), in: text).map { String(text[$0]) }
    }
  }

  /// What a browser makes of text in an attribute.
  private func unescaped(_ text: String) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")].reduce(text) {
      $0.replacingOccurrences(of: $1.0, with: $1.1)
    }
  }

  @Test func everyLinkLeadsToItsPlace() throws {
    let page = try VisualizationPage.page(SampleVisualization.full(), pictures: SampleVisualization.pictures)
    let places = try matches(" id=\"([^\"]*)\"", in: page).map(unescaped)
    let links = try matches(" href=\"#([^\"]*)\"", in: page)
    #expect(Set(places).count == places.count, "names of places are unique")
    #expect(Set(links).count >= 10)
    for link in links {
      let place = try #require(unescaped(link).removingPercentEncoding)
      #expect(places.contains(place), "\(link) leads nowhere")
      #expect(!link.contains(" ") && !link.contains("\n") && !link.contains("<"))
    }
    // Control characters are in no markup; everything else is in the name of the place.
    #expect(places.contains(SampleVisualization.oddName.filter { $0 != "\u{1}" }))
    #expect(links.contains("conv1:0"))
    #expect(!page.contains("<i>%20") && !page.contains("cat/<1>") && page.contains("A remark &lt;first&gt;."))
    #expect(!page.contains("http://") && !page.contains("https://"))
  }

  @Test(.enabled(if: HeadlessBrowser.isPresent, Comment(rawValue: HeadlessBrowser.absenceReason)))
  func aLinkToAnOddNameIsFollowed() throws {
    let page = try VisualizationPage.page(SampleVisualization.full(), pictures: SampleVisualization.pictures)
    // The second row of the table, and the element that the browser finds for it.
    let asking = page.replacingOccurrences(
      of: "</body>",
      with: "<script>const odd = document.querySelectorAll('#units-table tbody a')[1]; odd.click();"
        + "document.documentElement.dataset.odd = document.querySelector(':target')?.querySelector('h3 a').textContent === odd.textContent;"
        + "</script></body>")
    let opened = try HeadlessBrowser.open(asking, fragment: "conv1:0")
    #expect(opened.contains("data-odd=\"true\"") && opened.contains("data-ready=\"true\""))
    #expect(!opened.contains("data-script-error"))
  }

  @Test func absentPartsLeaveNoHeadings() throws {
    let bare = try VisualizationPage.page(SampleVisualization.empty, pictures: [:])
    let headings = try matches("<h2>([^<]*)</h2>", in: bare)
    #expect(headings == ["How it was made"])
    #expect(try matches("(<h3>|<h4>|<article|<nav)", in: bare).isEmpty)
    // Parts whose pictures are missing are absent as well.
    let blind = try VisualizationPage.page(SampleVisualization.full(), pictures: [:])
    #expect(!blind.contains("<img") && !blind.contains("class=\"sheets\"></div><h"))
    let shown = try matches("<h2>([^<]*)</h2>", in: blind)
    #expect(
      shown == [
        "What to know first", "Units", "Do reconstructions depend on what was learnt?",
        "Detectors of concepts, layer by layer", "Unit by unit", "How it was made",
      ])
    #expect(!blind.contains("Maximised"))
  }

  @Test func picturesAreInlineAndEnlargedByWholeFactors() throws {
    let page = try VisualizationPage.page(SampleVisualization.full(), pictures: SampleVisualization.pictures)
    let images = try matches("(<img [^>]*>)", in: page)
    // Filters, a class, two of the comparison, four of the strip; of two units fifteen sheets, a picture and a
    // dissection each.
    #expect(images.count == 1 + 1 + 2 + 4 + 2 * (15 + 1 + 1))
    let sample = try #require(SampleVisualization.pictures["pictures/logit.png"])
    let bytes = try PNGEncoder.encode(sample)
    var widths: Set<Int> = []
    for image in images {
      let width = try #require(try matches("width=\"([0-9]+)\"", in: image).first.flatMap { Int($0) })
      let height = try #require(try matches("height=\"([0-9]+)\"", in: image).first.flatMap { Int($0) })
      #expect(width % 4 == 0 && height * 2 == width)
      widths.insert(width)
      #expect(image.contains("class=\"pixels\"") && image.contains("loading=\"lazy\""))
      let data = try #require(try matches("base64,([^\"]*)\"", in: image).first.flatMap { Data(base64Encoded: $0) })
      #expect(Array(data) == bytes)
    }
    // As large as fits the filters' width, a sheet's, a single picture's and a cell's.
    #expect(widths == [640, 240, 180, 128])
    var large = SampleVisualization.empty
    large.firstLayer = .init(layer: "conv1", count: 1, extent: [9, 9], isColour: false, picture: "f")
    let photograph = Image(width: 900, height: 300, colour: .grey, pixels: .init(repeating: 9, count: 270_000))
    let natural = try VisualizationPage.page(large, pictures: ["f": photograph])
    #expect(natural.contains("width=\"900\" height=\"300\"") && !natural.contains("class=\"pixels\""))
  }

  @Test func unitsThatSayNothingAreNamed() throws {
    var document = try SampleVisualization.full()
    let page = try VisualizationPage.page(document, pictures: SampleVisualization.pictures)
    let article = try #require(page.range(of: "<article class=\"unit\" id=\"conv2:5\">"))
    #expect(page[article.upperBound...].contains("This unit never fires: its output is the lowest"))
    #expect(!page[..<article.lowerBound].contains("This unit never fires"))
    #expect(VisualizationText.text(document).contains("One unit never fires: conv2:5."))
    // One without an activation function that is below zero everywhere has nothing to fire with.
    document.units[2].isSilent = false
    let other = try VisualizationPage.page(document, pictures: [:])
    #expect(other.contains("Above zero on none of the images.") && !other.contains("This unit never fires"))
  }

  @Test func exceededImagesAreCounted() throws {
    let document = try SampleVisualization.full()
    let page = try VisualizationPage.page(document, pictures: SampleVisualization.pictures)
    #expect(page.contains("50.0 %<small>1 of 2: "))
    #expect(
      page.contains("larger than on any image (4.00)") && page.contains("not as large as on the best image (6.00)"))
    #expect(VisualizationText.text(document).contains("1 of 2 units are larger on the picture"))
  }

  @Test func longTablesSayWhatTheyLeaveOut() throws {
    var document = SampleVisualization.empty
    document.units = (0..<1200).map { .init(name: "conv:\($0)", layer: "conv", channel: $0) }
    let page = try VisualizationPage.page(document, pictures: [:])
    #expect(page.contains("The first 1,000 of 1,200 rows") && page.contains("id=\"conv:1199\""))
    #expect(VisualizationText.text(document).contains("… and 1,180 more."))
  }
}
