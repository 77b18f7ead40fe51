import { systemClock } from '../../device/clock.ts';
import { plainLine } from '../../device/peripherals/port/serial-settings.ts';
import { createSerialPortOpener } from '../../device/peripherals/port/serialport-opener.ts';
import { encodeDocument, type PrinterModel, type PrintItem } from '../../device/peripherals/printer/document.ts';
import { Printer } from '../../device/peripherals/printer/printer.ts';
import { until } from '../support/until.ts';
import { PaperPrinter, type Printed } from './paper-printer.ts';

/** Prints on a real line, as the appliance does. @returns what came onto the paper, from top to bottom */
export async function printOnPaper(items: readonly PrintItem[], model: PrinterModel): Promise<readonly Printed[]> {
  const device = await PaperPrinter.open();
  const printer = new Printer({
    path: device.line.path,
    serial: plainLine(9600),
    answersStatus: true,
    opener: createSerialPortOpener(systemClock),
    clock: systemClock,
    onEvent: () => undefined,
  });
  try {
    printer.start();
    await until(() => printer.state === 'ready');
    const { outcome } = await printer.print(encodeDocument(items, model).bytes);
    if (outcome !== 'printed') throw new Error(`not printed: ${outcome}`);
    await until(() => device.cuts === 1);
    return device.roll;
  } finally {
    await printer.stop();
    await device.line.close();
  }
}
